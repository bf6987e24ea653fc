using System.Numerics;

namespace MlNetVision.Segmentation;

/// <summary>Marks the pixels along the inner edges of a mask's areas.</summary>
internal static class ContourRows
{
    /// <summary>Marks (not 0) the pixels of a row that have another class a given distance to the left, right, above or below; beyond the mask there is none.</summary>
    public static void Find(SegmentationMask mask, int y, int width, Span<byte> marks)
    {
        var row = mask.Classes.Slice(y * mask.Width, mask.Width);
        marks.Clear();
        if (y >= width) Mark(row, mask.Classes.Slice((y - width) * mask.Width, mask.Width), marks);
        if (y + width < mask.Height) Mark(row, mask.Classes.Slice((y + width) * mask.Width, mask.Width), marks);
        if (width >= row.Length) return;
        Mark(row[width..], row[..^width], marks[width..]);
        Mark(row[..^width], row[width..], marks[..^width]);
    }

    /// <summary>marks |= row xor other.</summary>
    private static void Mark(ReadOnlySpan<byte> row, ReadOnlySpan<byte> other, Span<byte> marks)
    {
        var x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
            (new Vector<byte>(marks[x..]) | (new Vector<byte>(row[x..]) ^ new Vector<byte>(other[x..]))).CopyTo(marks[x..]);
        for (; x < row.Length; x++) marks[x] |= (byte)(row[x] ^ other[x]);
    }
}
