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
        for (var i = 0; i < elements; i++)
        {
            var here = scores.Slice(i * output.Classes, output.Classes);
            var largest = 0;
            for (var c = 1; c < here.Length; c++)
                if (here[c] > here[largest]) largest = c;
            classes[i] = (byte)largest;
        }
        return classes;
    }

    /// <summary>The largest across planes, as many elements at once as a register holds.</summary>
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
    /// The class of the largest bilinearly interpolated score of every pixel. Where the four elements around a pixel agree,
    /// so does every mean of theirs, and nothing is computed; only borders are. No plane of scores at the picture's size exists.
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
        for (var y = 0; y < rows.Low.Length; y++)
        {
            var (top, bottom) = (rows.Low[y] * output.Width, rows.High(y) * output.Width);
            var row = target.Slice(y * width, width);
            for (var x = 0; x < width;)
            {
                var (left, right) = (columns.Low[x], columns.High(x));
                var end = x + 1;
                while (end < width && columns.Low[end] == left) end++;
                var agreed = coarse[top + left];
                var run = row[x..end];
                if (coarse[top + right] == agreed && coarse[bottom + left] == agreed && coarse[bottom + right] == agreed)
                    run.Fill(agreed);
                else
                    Interpolate(scores, output, new Cell(top + left, top + right, bottom + left, bottom + right), rows.Part[y], columns.Part.AsSpan(x, end - x), best, run);
                x = end;
            }
        }
    }

    private static void Interpolate(
        ReadOnlySpan<float> scores, SegmentationOutput output, Cell cell, float down, ReadOnlySpan<float> across, Span<float> best, Span<byte> classes)
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
