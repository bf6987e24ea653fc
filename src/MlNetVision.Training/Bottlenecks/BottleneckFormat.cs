using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace MlNetVision.Training;

/// <summary>
/// The bytes of a file of features, little-endian: a header of 64 bytes (<c>MLNVFEAT</c>, version, columns, the featurizer's key,
/// zeros, checksum), then records of one length (SHA-256 of the picture, checksum, four zeros, the row as float32).
/// </summary>
internal sealed class BottleneckFormat(string key, int columns)
{
    public const int HeaderLength = 64;
    private const int RowOffset = PictureHash.Length + 8;
    private const int Version = 1;

    public int Columns => columns;

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
        Encoding.ASCII.GetBytes("MLNVFEAT").CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), columns);
        Convert.FromHexString(key).CopyTo(header, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderLength - 4), Checksum(header.AsSpan(0, HeaderLength - 4)));
        return header;
    }

    public static void Write(Span<byte> record, in PictureHash hash, ReadOnlySpan<float> row)
    {
        PictureHash.Bytes(in hash).CopyTo(record);
        record[PictureHash.Length..RowOffset].Clear();
        MemoryMarshal.AsBytes(row).CopyTo(record[RowOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[PictureHash.Length..], Sum(record));
    }

    /// <summary>The picture that a record is of, or null where it is damaged.</summary>
    public static PictureHash? Read(ReadOnlySpan<byte> record)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[PictureHash.Length..]) != Sum(record)) return null;
        var hash = new PictureHash();
        record[..PictureHash.Length].CopyTo(hash);
        return hash;
    }

    private static uint Sum(ReadOnlySpan<byte> record) => Checksum(record[RowOffset..], Checksum(record[..PictureHash.Length]));

    // CRC-32C; it does not begin with 0, so that a stretch of zeros is no record.
    private static uint Checksum(ReadOnlySpan<byte> bytes, uint sum = uint.MaxValue)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) sum = BitOperations.Crc32C(sum, rest);
        return sum;
    }
}
