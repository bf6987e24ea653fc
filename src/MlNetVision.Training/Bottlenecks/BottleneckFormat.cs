using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MlNetVision.Training;

/// <summary>
/// The format of a feature file, little-endian: a header of 64 bytes (<c>MLNVFEAT</c>, version, columns, the featurizer's key,
/// zeros, checksum), then records of one length (SHA-256 of the image, checksum, four zeros, the row as float32).
/// </summary>
internal sealed class BottleneckFormat(string key, int columns)
{
    public const int HeaderLength = 64;
    private const int RowOffset = ImageHash.Length + 8;
    private const int Version = 1;
    private const int KeyOffset = 16;

    /// <summary>The number of the key's digits in the file name.</summary>
    public const int KeyDigits = 32;

    public int Columns => columns;

    private static ReadOnlySpan<byte> Magic => "MLNVFEAT"u8;

    public int RecordLength { get; } = checked(RowOffset + (columns * sizeof(float)));

    /// <summary>The number of whole records in a file of that length.</summary>
    public long Records(long fileLength) => Math.Max(0, fileLength - HeaderLength) / RecordLength;

    /// <summary>Where a record begins.</summary>
    public long Position(long record) => HeaderLength + (record * RecordLength);

    /// <summary>Where the row of a record begins: a multiple of 4.</summary>
    public long RowPosition(long record) => Position(record) + RowOffset;

    public byte[] Header()
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), columns);
        Convert.FromHexString(key).CopyTo(header, KeyOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderLength - 4), Checksum(header.AsSpan(0, HeaderLength - 4)));
        return header;
    }

    /// <summary>Whether a file, perhaps damaged, is a feature file: it is empty, or has the magic or the key at their positions.</summary>
    /// <param name="start">The start of the file, up to a header's length.</param>
    /// <param name="key">The expected key, or its first half.</param>
    public static bool IsOurs(ReadOnlySpan<byte> start, string key)
    {
        var half = Convert.FromHexString(key.AsSpan(0, KeyDigits));
        return start[..Math.Min(start.Length, Magic.Length)].SequenceEqual(Magic[..Math.Min(start.Length, Magic.Length)])
            || (start.Length >= KeyOffset + half.Length && start.Slice(KeyOffset, half.Length).SequenceEqual(half));
    }

    public static void Write(Span<byte> record, in ImageHash hash, ReadOnlySpan<float> row)
    {
        ImageHash.Bytes(in hash).CopyTo(record);
        record[ImageHash.Length..RowOffset].Clear();
        MemoryMarshal.AsBytes(row).CopyTo(record[RowOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ImageHash.Length..], Sum(record));
    }

    /// <summary>The image that a record is of, or null where it is damaged.</summary>
    public static ImageHash? Read(ReadOnlySpan<byte> record)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[ImageHash.Length..]) != Sum(record)) return null;
        var hash = new ImageHash();
        record[..ImageHash.Length].CopyTo(hash);
        return hash;
    }

    private static uint Sum(ReadOnlySpan<byte> record) => Checksum(record[RowOffset..], Checksum(record[..ImageHash.Length]));

    // CRC-32C with a seed other than 0, so that zeros are not a valid record.
    private static uint Checksum(ReadOnlySpan<byte> bytes, uint sum = uint.MaxValue)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) sum = BitOperations.Crc32C(sum, rest);
        return sum;
    }
}
