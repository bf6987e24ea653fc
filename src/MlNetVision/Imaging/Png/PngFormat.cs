using System.Numerics.Tensors;

namespace MlNetVision.Imaging;

/// <summary>Shared by reading and writing PNG files (PNG specification, third edition, sections 5 and 11).</summary>
internal static class PngFormat
{
    public const uint Header = 0x49484452, Palette = 0x504C5445, Data = 0x49444154, End = 0x49454E44;

    private static readonly uint[] CrcTable = MakeTable();

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>CRC-32 of a chunk's type and content (specification, 5.5), continued from the part before.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        foreach (var value in bytes) crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 1 ? value >> 1 ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        return table;
    }
}

/// <summary>A PNG file's header chunk.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Depth">Bits per sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Type">What the samples are.</param>
/// <param name="Interlaced">Whether the rows come in Adam7's seven passes.</param>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColorType Type, bool Interlaced)
{
    /// <summary>Samples per pixel.</summary>
    public int Samples => Type switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GreyAlpha => 2,
        PngColorType.Rgba => 4,
        _ => 1,
    };
}

/// <summary>The colour type of a PNG file, with the numbers of its header.</summary>
internal enum PngColorType : byte
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>Undoes the filters of PNG's rows (specification, section 9).</summary>
internal static class PngFilters
{
    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="type">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above as samples; zeros for the first.</param>
    /// <param name="apart">The distance of the left neighbour in bytes.</param>
    public static void Undo(int type, Span<byte> row, ReadOnlySpan<byte> above, int apart)
    {
        if (type == 0) return;
        if (type == 2)
        {
            TensorPrimitives.Add(row, above, row);
            return;
        }
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < apart ? 0 : row[i - apart], up = above[i], corner = i < apart ? 0 : above[i - apart];
            row[i] += (byte)(type == 1 ? left : type == 3 ? left + up >> 1 : Paeth(left, up, corner));
        }
    }

    /// <summary>The neighbour nearest to left + up − corner.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
