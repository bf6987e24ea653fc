using System.Buffers.Binary;

namespace MlNetVision.MlNet;

/// <summary>
/// Gives all entries of a <c>.zip</c> the same time; ML.NET writes the current time.
/// Format: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
/// </summary>
/// <remarks>The same model then has the same bytes whenever it is saved; <see cref="IdvBlocks"/> names the benefit.</remarks>
internal static class ZipTimes
{
    private const uint EndSignature = 0x06054b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int EntryLength = 46;

    // 1 January 1980, 0:00, the format's earliest, in MS-DOS's form.
    private const uint First = 0x0021_0000;

    /// <summary>Changes the times in place. A file of another form, such as one of 4 GiB or more, is not changed.</summary>
    /// <param name="zip">The file, open for reading and writing.</param>
    public static void Clear(Stream zip)
    {
        // ML.NET writes no comment, so the end record has its minimum length.
        if (zip.Length < EndLength) return;
        Span<byte> end = stackalloc byte[EndLength];
        Read(zip, zip.Length - EndLength, end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature) return;
        var at = (long)BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        Span<byte> entry = stackalloc byte[EntryLength];
        Span<byte> signature = stackalloc byte[sizeof(uint)];
        for (var left = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]); left > 0 && at + EntryLength <= zip.Length; left--)
        {
            Read(zip, at, entry);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature) return;
            WriteTime(zip, at + 12);
            var local = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
            if (local + (long)sizeof(uint) > zip.Length) return;
            Read(zip, local, signature);
            if (BinaryPrimitives.ReadUInt32LittleEndian(signature) != LocalSignature) return;
            WriteTime(zip, local + 10);
            at += EntryLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        }
    }

    private static void Read(Stream zip, long at, Span<byte> bytes)
    {
        zip.Position = at;
        zip.ReadExactly(bytes);
    }

    private static void WriteTime(Stream zip, long at)
    {
        Span<byte> time = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(time, First);
        zip.Position = at;
        zip.Write(time);
    }
}
