using System.Numerics;

namespace MlNetVision.Segmentation;

/// <summary>Maps of scores, C × H × W or H × W × C.</summary>
internal static class ScoreMaps
{
    /// <summary>The class of the largest score of every element; of equal ones the first.</summary>
    public static byte[] Largest(ReadOnlySpan<float> scores, SegmentationOutput output)
    {
        var elements = output.Height * output.Width;
        var classes = new byte[elements];
        if (output.PixelStride == 1)
        {
            LargestOfPlanes(scores, output.Classes, classes);
            return classes;
        }
        for (var i = 0; i < elements; i++) classes[i] = (byte)Largest(scores.Slice(i * output.Classes, output.Classes));
        return classes;
    }

    /// <summary>The index of the largest value; ties: the first. NaN is never the largest.</summary>
    private static int Largest(ReadOnlySpan<float> scores)
    {
        if (scores.Length < Vector<float>.Count) return LargestOneByOne(scores);
        var last = scores.Length - Vector<float>.Count;
        var best = new Vector<float>(scores[last..]);
        for (var c = 0; c < last; c += Vector<float>.Count) best = Vector.Max(best, new Vector<float>(scores[c..]));
        var largest = best[0];
        for (var k = 1; k < Vector<float>.Count; k++) largest = Math.Max(largest, best[k]);
        // A vector maximum is NaN where any lane is NaN.
        return float.IsFinite(largest) ? scores.IndexOf(largest) : LargestOneByOne(scores);
    }

    private static int LargestOneByOne(ReadOnlySpan<float> scores)
    {
        var largest = 0;
        for (var c = 1; c < scores.Length; c++)
            if (scores[c] > scores[largest]) largest = c;
        return largest;
    }

    /// <summary>The vectorised index of the largest value across planes.</summary>
    private static void LargestOfPlanes(ReadOnlySpan<float> scores, int planes, Span<byte> classes)
    {
        var i = 0;
        for (; i <= classes.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var best = new Vector<float>(scores[i..]);
            var indices = Vector<int>.Zero;
            for (var c = 1; c < planes; c++)
            {
                var next = new Vector<float>(scores[(c * classes.Length + i)..]);
                var isLarger = Vector.GreaterThan(next, best);
                best = Vector.ConditionalSelect(isLarger, next, best);
                indices = Vector.ConditionalSelect(isLarger, new Vector<int>(c), indices);
            }
            for (var k = 0; k < Vector<float>.Count; k++) classes[i + k] = (byte)indices[k];
        }
        for (; i < classes.Length; i++)
        {
            for (var c = 1; c < planes; c++)
                if (scores[c * classes.Length + i] > scores[classes[i] * classes.Length + i]) classes[i] = (byte)c;
        }
    }

    /// <summary>
    /// The class of the largest bilinearly interpolated score of every pixel. Where the four elements around a pixel agree on
    /// its class, so does every mean of them; only borders are computed. No scores at the image's size are stored.
    /// </summary>
    public static void Upsample(
        ReadOnlySpan<float> scores, SegmentationOutput output, ReadOnlySpan<byte> coarse, AxisSamples columns, AxisSamples rows, Span<byte> target)
    {
        if (columns.IsIdentity && rows.IsIdentity)
        {
            coarse.CopyTo(target);
            return;
        }
        var width = columns.Low.Length;
        var best = new float[width];
        var starts = Starts(columns);
        for (var y = 0; y < rows.Low.Length; y++)
        {
            var (top, bottom) = (rows.Low[y] * output.Width, rows.High(y) * output.Width);
            var row = target.Slice(y * width, width);
            for (var x = 0; x < width;)
            {
                var (left, right) = (columns.Low[x], columns.High(x));
                var agreed = coarse[top + left];
                var alike = Math.Min(
                    Alike(coarse[(top + left)..(top + columns.Last + 1)], agreed),
                    Alike(coarse[(bottom + left)..(bottom + columns.Last + 1)], agreed));
                var end = starts[Math.Min(columns.Last, left + Math.Max(1, alike - 1))];
                if (left + alike > columns.Last) end = width;
                if (alike > right - left) row[x..end].Fill(agreed);
                else Interpolate(
                    scores, output, new Cell(top + left, top + right, bottom + left, bottom + right), rows.Part[y], columns.Part.AsSpan(x, end - x),
                    best, row[x..end]);
                x = end;
            }
        }
    }

    /// <summary>The number of elements from the first on that have a class.</summary>
    private static int Alike(ReadOnlySpan<byte> classes, byte agreed) =>
        classes.IndexOfAnyExcept(agreed) is var end && end < 0 ? classes.Length : end;

    /// <summary>For each element, the first pixel at or beyond it; without one, the number of pixels.</summary>
    private static int[] Starts(AxisSamples columns)
    {
        var starts = new int[columns.Last + 1];
        Array.Fill(starts, columns.Low.Length);
        for (var x = columns.Low.Length - 1; x >= 0; x--) starts[columns.Low[x]] = x;
        for (var e = columns.Last - 1; e >= 0; e--) starts[e] = Math.Min(starts[e], starts[e + 1]);
        return starts;
    }

    private static void Interpolate(
        ReadOnlySpan<float> scores, SegmentationOutput output, Cell cell, float down, ReadOnlySpan<float> across, Span<float> best,
        Span<byte> classes)
    {
        best[..across.Length].Fill(float.NegativeInfinity);
        for (var c = 0; c < output.Classes; c++)
        {
            var plane = scores[(c * output.ClassStride)..];
            var left = Mix(plane[cell.TopLeft * output.PixelStride], plane[cell.BottomLeft * output.PixelStride], down);
            var right = Mix(plane[cell.TopRight * output.PixelStride], plane[cell.BottomRight * output.PixelStride], down);
            for (var i = 0; i < across.Length; i++)
            {
                var score = Mix(left, right, across[i]);
                if (!(score > best[i])) continue;
                best[i] = score;
                classes[i] = (byte)c;
            }
        }
    }

    private static float Mix(float a, float b, float part) => a + (b - a) * part;

    private readonly record struct Cell(int TopLeft, int TopRight, int BottomLeft, int BottomRight);
}
