using System.Numerics;
using System.Runtime.InteropServices;

namespace MlNetVision;

/// <summary>The pixels of one object, as runs within the rows of its image. Immutable; equal where size and pixels are.</summary>
public sealed class InstanceMask : IEquatable<InstanceMask>
{
    private readonly MaskRun[] _runs;

    private InstanceMask(int width, int height, MaskRun[] runs)
    {
        (Width, Height, _runs) = (width, height, runs);
        var (left, right) = (int.MaxValue, 0);
        foreach (var run in runs)
        {
            Area += run.Length;
            (left, right) = (Math.Min(left, run.X), Math.Max(right, run.X + run.Length));
        }
        Bounds = runs.Length == 0 ? default : new(left, runs[0].Y, right, runs[^1].Y + 1);
    }

    /// <summary>The width of the upright image in pixels.</summary>
    public int Width { get; }

    /// <summary>The height of the upright image in pixels.</summary>
    public int Height { get; }

    /// <summary>The number of pixels of the object.</summary>
    public long Area { get; }

    /// <summary>The smallest box around them, in pixels of the image; empty where there are none.</summary>
    public BoundingBox Bounds { get; }

    /// <summary>The runs, row by row from the top, each row from the left. They neither overlap nor touch.</summary>
    public IReadOnlyList<MaskRun> Runs => _runs;

    /// <summary>Makes a mask of runs.</summary>
    /// <param name="width">The width of the image in pixels.</param>
    /// <param name="height">The height of the image in pixels.</param>
    /// <param name="runs">Runs in any order; they may overlap.</param>
    /// <exception cref="ArgumentException">The image has no pixels, or a run lies beyond it or is empty.</exception>
    public static InstanceMask FromRuns(int width, int height, IEnumerable<MaskRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        CheckSize(width, height);
        MaskRun[] sorted = [.. runs.OrderBy(r => r.Y).ThenBy(r => r.X)];
        foreach (var (y, x, length) in sorted)
        {
            if (y < 0 || y >= height || x < 0 || length < 1 || x > width - length)
                throw new ArgumentException($"A run of {length} pixels from ({x}, {y}) is not within an image of {width}×{height}.", nameof(runs));
        }
        return new(width, height, Merge(sorted));
    }

    /// <summary>Makes a mask of pixels.</summary>
    /// <param name="width">The width of the image in pixels.</param>
    /// <param name="height">The height of the image in pixels.</param>
    /// <param name="pixels">A value for each pixel, row by row: other than 0 for those of the object.</param>
    /// <exception cref="ArgumentException">The image has no pixels, or their number is another.</exception>
    public static InstanceMask FromPixels(int width, int height, ReadOnlySpan<byte> pixels)
    {
        CheckSize(width, height);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"{pixels.Length} pixels are given; expected {width} × {height}.", nameof(pixels));
        var runs = new List<MaskRun>();
        for (var y = 0; y < height; y++) AddRow(runs, y, 0, pixels.Slice(y * width, width));
        return new(width, height, [.. runs]);
    }

    /// <summary>Makes a mask of runs that are sorted and do not touch.</summary>
    internal static InstanceMask OfSorted(int width, int height, List<MaskRun> runs) => new(width, height, [.. runs]);

    /// <summary>Appends the runs of a part of a row.</summary>
    internal static void AddRow(List<MaskRun> runs, int y, int left, ReadOnlySpan<byte> pixels)
    {
        for (var x = 0; x < pixels.Length;)
        {
            var gap = pixels[x..].IndexOfAnyExcept((byte)0);
            if (gap < 0) return;
            x += gap;
            var length = pixels[x..].IndexOf((byte)0);
            if (length < 0) length = pixels.Length - x;
            runs.Add(new(y, left + x, length));
            x += length;
        }
    }

    /// <summary>Whether a pixel is one of the object's; false beyond the image.</summary>
    public bool Contains(int x, int y)
    {
        foreach (var run in _runs)
        {
            if (run.Y == y && x >= run.X && x < run.X + run.Length) return true;
            if (run.Y > y) break;
        }
        return false;
    }

    /// <summary>A value for each pixel of the image, row by row: 1 for the object's, else 0.</summary>
    public byte[] ToPixels()
    {
        var pixels = new byte[checked(Width * Height)];
        foreach (var (y, x, length) in _runs) pixels.AsSpan(y * Width + x, length).Fill(1);
        return pixels;
    }

    /// <summary>
    /// The outline along the edges of pixels, each polygon as x and y in turn: outer ones clockwise, holes counter-clockwise, so that either fill
    /// rule gives the mask again. Pixels that meet at a corner alone belong to different polygons.
    /// </summary>
    public IReadOnlyList<float[]> ToPolygons() => MaskOutline.Trace(this);

    /// <summary>
    /// COCO's run-length encoding: the lengths of runs of 0 and 1 in turn, column by column from the left, each from the top.
    /// </summary>
    public IReadOnlyList<int> ToRunLengths()
    {
        var (left, top, height) = ((int)Bounds.Left, (int)Bounds.Top, (int)Bounds.Height);
        // The pixels with rows and columns exchanged, so that a run within a row of them is one within a column.
        var columns = new byte[checked((int)Bounds.Width * height)];
        foreach (var (y, x, length) in _runs)
        {
            for (var i = x - left; i < x - left + length; i++) columns[i * height + y - top] = 1;
        }
        var ones = new List<MaskRun>();
        for (var x = 0; x * height < columns.Length; x++) AddRow(ones, left + x, top, columns.AsSpan(x * height, height));
        return Lengths(ones);
    }

    private List<int> Lengths(List<MaskRun> columns)
    {
        List<int> lengths = [];
        var end = 0L;
        foreach (var (x, y, length) in columns)
        {
            var start = (long)x * Height + y;
            // A run that ends at the bottom goes on at the top of the next column.
            if (start == end && lengths.Count > 0) lengths[^1] += length;
            else lengths.AddRange([checked((int)(start - end)), length]);
            end = start + length;
        }
        if ((long)Width * Height - end is > 0 and var rest) lengths.Add(checked((int)rest));
        return lengths;
    }

    /// <summary>The number of pixels that two masks have in common.</summary>
    public static long Intersection(InstanceMask a, InstanceMask b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (common, i, j) = (0L, 0, 0);
        while (i < a._runs.Length && j < b._runs.Length)
        {
            var (one, other) = (a._runs[i], b._runs[j]);
            if (one.Y == other.Y) common += Math.Max(0, Math.Min(one.X + one.Length, other.X + other.Length) - Math.Max(one.X, other.X));
            var isFirst = one.Y != other.Y ? one.Y < other.Y : one.X + one.Length < other.X + other.Length;
            if (isFirst) i++;
            else j++;
        }
        return common;
    }

    /// <summary>Intersection over union of the pixels of two masks, 0 to 1; 0 where both are empty.</summary>
    public static double IoU(InstanceMask a, InstanceMask b)
    {
        var common = Intersection(a, b);
        return common == 0 ? 0 : (double)common / (a.Area + b.Area - common);
    }

    /// <inheritdoc/>
    public bool Equals(InstanceMask? other) =>
        other is not null && (Width, Height) == (other.Width, other.Height) && _runs.AsSpan().SequenceEqual(other._runs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InstanceMask);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Width);
        hash.AddBytes(MemoryMarshal.AsBytes(_runs.AsSpan()));
        return hash.ToHashCode();
    }

    private static MaskRun[] Merge(MaskRun[] sorted)
    {
        var merged = new List<MaskRun>(sorted.Length);
        foreach (var run in sorted)
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Y == run.Y && run.X <= last.X + last.Length)
                merged[^1] = last with { Length = Math.Max(last.Length, run.X + run.Length - last.X) };
            else merged.Add(run);
        }
        return [.. merged];
    }

    private static void CheckSize(int width, int height)
    {
        if (width < 1 || height < 1) throw new ArgumentException($"The size of a mask is {width}×{height}; 1×1 or more was expected.");
    }
}

/// <summary>Pixels of a row that follow each other.</summary>
/// <param name="Y">The row, from the top.</param>
/// <param name="X">The first column.</param>
/// <param name="Length">The number of pixels, at least 1.</param>
public readonly record struct MaskRun(int Y, int X, int Length);

/// <summary>Follows the edges between the pixels of a mask and others, the object on the right hand.</summary>
internal static class MaskOutline
{
    // Right, down, left, up: each is a right turn from the one before.
    private static readonly (int X, int Y)[] Steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    public static IReadOnlyList<float[]> Trace(InstanceMask mask)
    {
        if (mask.Area == 0) return [];
        var (left, top) = ((int)mask.Bounds.Left, (int)mask.Bounds.Top);
        var stride = (int)mask.Bounds.Width + 1;
        var leaving = Edges(mask, left, top, stride);
        var polygons = new List<float[]>();
        for (var start = 0; start < leaving.Length; start++)
        {
            while (leaving[start] != 0) polygons.Add(Follow(leaving, start, stride, left, top));
        }
        return polygons;
    }

    /// <summary>For each corner of a pixel, the directions in which an edge leaves it.</summary>
    private static byte[] Edges(InstanceMask mask, int left, int top, int stride)
    {
        var (width, height) = ((int)mask.Bounds.Width, (int)mask.Bounds.Height);
        // With a border of 0 around.
        var inside = new bool[(width + 2) * (height + 2)];
        foreach (var (y, x, length) in mask.Runs) inside.AsSpan((y - top + 1) * (width + 2) + x - left + 1, length).Fill(true);
        var leaving = new byte[stride * (height + 1)];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = (y + 1) * (width + 2) + x + 1;
                if (!inside[at]) continue;
                if (!inside[at - width - 2]) leaving[y * stride + x] |= 1;
                if (!inside[at + 1]) leaving[y * stride + x + 1] |= 1 << 1;
                if (!inside[at + width + 2]) leaving[(y + 1) * stride + x + 1] |= 1 << 2;
                if (!inside[at - 1]) leaving[(y + 1) * stride + x] |= 1 << 3;
            }
        }
        return leaving;
    }

    private static float[] Follow(byte[] leaving, int start, int stride, int left, int top)
    {
        var points = new List<float>();
        // The first corner of a polygon is its leftmost of the topmost, where it passes once: an outer one goes right from there, a hole down.
        var (at, direction) = (start, -1);
        do
        {
            var next = direction < 0 ? BitOperations.TrailingZeroCount(leaving[at]) : Next(leaving[at], direction);
            if (next != direction) points.AddRange([left + at % stride, top + at / stride]);
            leaving[at] &= (byte)~(1 << next);
            (at, direction) = (at + Steps[next].Y * stride + Steps[next].X, next);
        }
        while (at != start);
        return [.. points];
    }

    /// <summary>A right turn first, which stays with the same pixel where two meet at a corner; then straight on; then left.</summary>
    private static int Next(byte leaving, int direction)
    {
        var right = (direction + 1) % 4;
        if ((leaving & (1 << right)) != 0) return right;
        return (leaving & (1 << direction)) != 0 ? direction : (direction + 3) % 4;
    }
}
