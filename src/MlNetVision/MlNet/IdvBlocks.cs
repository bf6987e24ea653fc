using System.Buffers.Binary;
using System.IO.Compression;

namespace MlNetVision.MlNet;

/// <summary>
/// Sorts the blocks of the tables in a saved chain by column. ML.NET compresses them with several threads and writes them as they
/// become ready, so that the bytes of the same table vary.
/// Format: ML.NET's IdvFileFormat.md, version 1.1.1.5.
/// </summary>
/// <remarks>
/// The benefit: the same model gives the same file. The hash of a <c>.zip</c> then identifies a model, builds and training runs can be
/// compared, a resumed training gives the file of an uninterrupted one, and content-addressed storage keeps one copy.
/// <see cref="ZipTimes"/> does the rest.
/// </remarks>
internal static class IdvBlocks
{
    private const ulong Signature = 0x00425644004C4D43;
    private const int LookupLength = 16;

    /// <summary>Orders the tables of a saved chain in place. A file without tables is not changed.</summary>
    /// <param name="zip">The file, open for reading and writing.</param>
    public static void Order(Stream zip)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true);
        foreach (var entry in archive.Entries)
        {
            if (!entry.Name.EndsWith(".idv", StringComparison.Ordinal)) continue;
            using var stream = entry.Open();
            var table = new byte[stream.Length];
            stream.ReadExactly(table);
            Order(table);
            stream.Position = 0;
            stream.Write(table);
        }
    }

    /// <summary>Orders the blocks of one table. It is not changed where other data lies between the blocks.</summary>
    internal static void Order(Span<byte> table)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(table) != Signature) return;
        var lookups = Lookups(table);
        var (start, end, total) = (table.Length, 0, 0);
        foreach (var lookup in lookups)
        {
            var (at, length) = Block(table, lookup);
            (start, end, total) = (Math.Min(start, at), Math.Max(end, at + length), total + length);
        }
        if (end - start != total) return;

        var blocks = table[start..end].ToArray();
        var to = start;
        foreach (var lookup in lookups)
        {
            var (at, length) = Block(table, lookup);
            blocks.AsSpan(at - start, length).CopyTo(table[to..]);
            BinaryPrimitives.WriteInt64LittleEndian(table[lookup..], to);
            to += length;
        }
    }

    // The entries of the blocks, column by column: offset (long), length (int) and uncompressed length.
    private static List<int> Lookups(ReadOnlySpan<byte> table)
    {
        var rows = BinaryPrimitives.ReadInt64LittleEndian(table[40..]);
        var columns = BinaryPrimitives.ReadInt32LittleEndian(table[48..]);
        var at = (int)BinaryPrimitives.ReadInt64LittleEndian(table[24..]);
        var lookups = new List<int>();
        for (var column = 0; column < columns; column++)
        {
            Skip(table, ref at); // the name
            Skip(table, ref at); // the codec
            Skip(table, ref at); // the codec's parameters
            at++; // the kind of compression
            var rowsPerBlock = ReadNumber(table, ref at);
            var offset = (int)BinaryPrimitives.ReadInt64LittleEndian(table[at..]);
            for (var block = 0; block * (long)rowsPerBlock < rows; block++) lookups.Add(offset + block * LookupLength);
            at += 2 * sizeof(long); // the offsets of the lookups and of the annotations
        }
        return lookups;
    }

    private static (int At, int Length) Block(ReadOnlySpan<byte> table, int lookup) =>
        ((int)BinaryPrimitives.ReadInt64LittleEndian(table[lookup..]), BinaryPrimitives.ReadInt32LittleEndian(table[(lookup + sizeof(long))..]));

    private static void Skip(ReadOnlySpan<byte> table, ref int at)
    {
        var length = ReadNumber(table, ref at);
        at += length;
    }

    // LEB128: seven bits to a byte, the least significant first.
    private static int ReadNumber(ReadOnlySpan<byte> table, ref int at)
    {
        var (number, shift) = (0, 0);
        for (; ; shift += 7)
        {
            var part = table[at++];
            number |= (part & 0x7f) << shift;
            if (part < 0x80) return number;
        }
    }
}
