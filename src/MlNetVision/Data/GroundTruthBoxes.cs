using System.Globalization;

namespace MlNetVision.Data;

/// <summary>Collects the boxes of one image by the rules of <see cref="DetectionDataSet"/>, the same for every format.</summary>
internal sealed class GroundTruthBoxes(DataSetWarnings warnings, int width, int height)
{
    /// <summary>Pixels that a box may lie beyond the edge without a warning: rounding.</summary>
    private const double Rounding = 1;

    private readonly List<GroundTruthBox> _boxes = [];

    public IReadOnlyList<GroundTruthBox> Boxes => _boxes;

    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>Adds an object with its corrected box, unless the rules drop it.</summary>
    /// <param name="where">File and line, for messages.</param>
    /// <param name="marked">The object; its box is ignored.</param>
    /// <param name="corners">The box as the file has it.</param>
    public void Add(string where, GroundTruthBox marked, BoxCorners corners)
    {
        var given = string.Create(CultureInfo.InvariantCulture,
            $"{where}: the box of '{marked.Label}' ({corners.Left:0.##}, {corners.Top:0.##}, {corners.Right:0.##}, {corners.Bottom:0.##})");
        if (!corners.AreFinite) throw new BadDataSetException($"{given} has a coordinate that is not finite.");
        if (corners.AreSwapped)
        {
            warnings.Add($"{given} has swapped corners; they were corrected");
            corners = corners.PutRight();
        }
        var clipped = corners.Clip(width, height);
        var box = clipped.ToBox();
        if (box.IsEmpty)
        {
            warnings.Add($"{given} has no area within the image of {width}×{height}; it was skipped");
            return;
        }
        if (clipped.Overhang(corners) > Rounding) warnings.Add($"{given} reaches beyond the image of {width}×{height}; it was clipped");
        _boxes.Add(marked with { Box = box });
    }
}

/// <summary>A box as in the file, in pixels; its corners may be swapped or lie outside the image.</summary>
internal readonly record struct BoxCorners(double Left, double Top, double Right, double Bottom)
{
    public bool AreFinite => double.IsFinite(Left) && double.IsFinite(Top) && double.IsFinite(Right) && double.IsFinite(Bottom);

    public bool AreSwapped => Right < Left || Bottom < Top;

    public BoxCorners PutRight() => new(Math.Min(Left, Right), Math.Min(Top, Bottom), Math.Max(Left, Right), Math.Max(Top, Bottom));

    public BoxCorners Clip(int width, int height) => new(Math.Max(0, Left), Math.Max(0, Top), Math.Min(width, Right), Math.Min(height, Bottom));

    /// <summary>How far, in pixels, another box lies outside this one.</summary>
    public double Overhang(BoxCorners other) =>
        Math.Max(Math.Max(Left - other.Left, Top - other.Top), Math.Max(other.Right - Right, other.Bottom - Bottom));

    public BoundingBox ToBox() => new((float)Left, (float)Top, (float)Right, (float)Bottom);
}
