using System.Numerics.Tensors;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>
/// The mask of one object as a mixture of prototypes (YOLACT, arXiv:1904.02689, section 3.1; Ultralytics, <c>utils/ops.py</c>, <c>process_mask</c>):
/// σ(coefficients · prototypes), interpolated to the network's input, from there, without the borders of the letterbox, to the image; a pixel
/// belongs to the object where that is above a half, within the box.
/// </summary>
internal static class PrototypeMask
{
    private const float Threshold = 0.5f;

    /// <summary>Makes a mask.</summary>
    /// <param name="prototypes">1 × coefficients × height × width.</param>
    /// <param name="coefficients">One for each prototype.</param>
    /// <param name="box">The box in pixels of the image, within it.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <exception cref="BadModelException">The mixture is not a number: infinite values met.</exception>
    public static InstanceMask Make(HeadValues prototypes, ReadOnlySpan<float> coefficients, BoundingBox box, in ImageGeometry geometry)
    {
        var (height, width) = ((int)prototypes.Shape[2], (int)prototypes.Shape[3]);
        var (left, right) = ((int)MathF.Ceiling(box.Left), (int)MathF.Ceiling(box.Right));
        var (top, bottom) = ((int)MathF.Ceiling(box.Top), (int)MathF.Ceiling(box.Bottom));
        var columns = Axis(left, right, geometry.ImageWidth, geometry.NetworkWidth, geometry.ScaleX, geometry.OffsetX, width);
        var rows = Axis(top, bottom, geometry.ImageHeight, geometry.NetworkHeight, geometry.ScaleY, geometry.OffsetY, height);
        var runs = new List<MaskRun>();
        if (columns.Length == 0 || rows.Length == 0) return InstanceMask.OfSorted(geometry.ImageWidth, geometry.ImageHeight, runs);

        var (firstRow, lastRow) = (rows.Min(r => r.Start), rows.Max(r => r.Start) + Taps.Count - 1);
        var (firstColumn, lastColumn) = (columns.Min(c => c.Start), Math.Min(width, columns.Max(c => c.Start) + Taps.Count) - 1);
        lastRow = Math.Min(lastRow, height - 1);
        var cells = Mix(prototypes, coefficients, firstRow, lastRow, firstColumn, lastColumn);
        var across = Interpolate(cells, lastRow - firstRow + 1, lastColumn - firstColumn + 1, columns, firstColumn);
        var line = new byte[columns.Length];
        for (var y = 0; y < rows.Length; y++)
        {
            var (start, weights) = (rows[y].Start - firstRow, rows[y]);
            for (var x = 0; x < line.Length; x++)
            {
                var value = 0f;
                for (var t = 0; t < Taps.Count && start + t <= lastRow - firstRow; t++) value += weights[t] * across[(start + t) * line.Length + x];
                line[x] = value > Threshold ? (byte)1 : (byte)0;
            }
            InstanceMask.AddRow(runs, top + y, left, line);
        }
        return InstanceMask.OfSorted(geometry.ImageWidth, geometry.ImageHeight, runs);
    }

    /// <summary>σ of the mixture, for a rectangle of cells.</summary>
    private static float[] Mix(HeadValues prototypes, ReadOnlySpan<float> coefficients, int firstRow, int lastRow, int firstColumn, int lastColumn)
    {
        var (height, width) = ((int)prototypes.Shape[2], (int)prototypes.Shape[3]);
        var values = prototypes.Values.Span;
        var (rows, columns) = (lastRow - firstRow + 1, lastColumn - firstColumn + 1);
        var cells = new float[rows * columns];
        for (var y = 0; y < rows; y++)
        {
            var line = cells.AsSpan(y * columns, columns);
            for (var c = 0; c < coefficients.Length; c++)
            {
                var prototype = values.Slice((c * height + firstRow + y) * width + firstColumn, columns);
                TensorPrimitives.MultiplyAdd(prototype, coefficients[c], line, line);
            }
            TensorPrimitives.Sigmoid(line, line);
        }
        NetworkValues.RequireNumbers(cells, "the mixture of the mask's prototypes");
        return cells;
    }

    private static float[] Interpolate(float[] cells, int rows, int columns, Taps[] taps, int firstColumn)
    {
        var result = new float[rows * taps.Length];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < taps.Length; x++)
            {
                var (value, start) = (0f, taps[x].Start - firstColumn);
                for (var t = 0; t < Taps.Count && start + t < columns; t++) value += taps[x][t] * cells[y * columns + start + t];
                result[y * taps.Length + x] = value;
            }
        }
        return result;
    }

    /// <summary>
    /// The cells that each pixel of a range of an axis is made of: two steps of linear interpolation, cell → input → image, as one.
    /// </summary>
    private static Taps[] Axis(int from, int to, int imageLength, int networkLength, float scale, float offset, int cells)
    {
        var taps = new Taps[Math.Max(0, to - from)];
        // The image within the input, in whole pixels of the input.
        var (first, length) = (Math.Max(0, (int)offset), (int)MathF.Round(imageLength * scale));
        var last = Math.Min(networkLength, (int)offset + length) - 1;
        for (var i = 0; i < taps.Length; i++)
        {
            var position = (from + i + 0.5f) * length / imageLength - 0.5f + (int)offset;
            var (lower, share) = Split(position);
            taps[i] = Combine(Math.Clamp(lower, first, last), Math.Clamp(lower + 1, first, last), share, (float)cells / networkLength, cells);
        }
        return taps;
    }

    private static Taps Combine(int lower, int upper, float share, float ratio, int cells)
    {
        var (a, shareA) = Split((lower + 0.5f) * ratio - 0.5f);
        var (b, shareB) = Split((upper + 0.5f) * ratio - 0.5f);
        var taps = new Taps { Start = Math.Clamp(a, 0, cells - 1) };
        taps.Add(Math.Clamp(a, 0, cells - 1), (1 - share) * (1 - shareA));
        taps.Add(Math.Clamp(a + 1, 0, cells - 1), (1 - share) * shareA);
        taps.Add(Math.Clamp(b, 0, cells - 1), share * (1 - shareB));
        taps.Add(Math.Clamp(b + 1, 0, cells - 1), share * shareB);
        return taps;
    }

    private static (int Lower, float Share) Split(float position)
    {
        var lower = MathF.Floor(position);
        return ((int)lower, position - lower);
    }

    /// <summary>The weights of cells that follow each other.</summary>
    private struct Taps
    {
        // Two neighbours of the input lie at most one cell apart, as an input is never smaller than its prototypes.
        public const int Count = 3;

        private float _first;
        private float _second;
        private float _third;

        public int Start { get; init; }

        public readonly float this[int index] => index switch { 0 => _first, 1 => _second, _ => _third };

        public void Add(int cell, float weight)
        {
            if (cell == Start) _first += weight;
            else if (cell == Start + 1) _second += weight;
            else _third += weight;
        }
    }
}
