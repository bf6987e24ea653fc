using System.Globalization;

namespace MlNetVision.Data;

/// <summary>Collects the boxes of one image by the rules of <see cref="DetectionDataSet"/>, the same for every format.</summary>
internal sealed class GroundTruthBoxes(DataSetReport report, int width, int height)
{
    /// <summary>Pixels that a box may lie beyond the edge without a warning: rounding.</summary>
    private const double Rounding = 1;

    private readonly List<GroundTruthBox> _boxes = [];

    public IReadOnlyList<GroundTruthBox> Boxes => _boxes;

    /// <summary>Adds an object with its corrected box, unless the rules drop it.</summary>
    /// <param name="box">The object.</param>
    /// <param name="corners">Its box in pixels of the upright image; finite.</param>
    /// <param name="shape">Its outline, likewise; null: none.</param>
    public void Add(LabelledBox box, BoxCorners corners, ObjectShape? shape = null)
    {
        if (corners.AreSwapped)
        {
            report.Warn($"{Describe(box, corners)} has swapped corners; they were corrected");
            corners = corners.PutRight();
        }
        var clipped = corners.Clip(width, height);
        var area = clipped.ToBox();
        if (area.IsEmpty)
        {
            report.SkipBox($"{Describe(box, corners)} has no area within the image of {width}×{height}; it was skipped");
            return;
        }
        if (clipped.Overhang(corners) > Rounding) report.Warn($"{Describe(box, corners)} reaches beyond the image of {width}×{height}; it was clipped");
        _boxes.Add(new(box.Label, area, box.Difficult, box.Crowd) { Area = box.Area, Shape = shape });
    }

    /// <summary>The box in messages.</summary>
    public static string Describe(LabelledBox box, BoxCorners corners) => string.Create(CultureInfo.InvariantCulture,
        $"{box.Where}: the box of '{box.Label}' ({corners.Left:0.##}, {corners.Top:0.##}, {corners.Right:0.##}, {corners.Bottom:0.##})");
}
