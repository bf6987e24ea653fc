using System.Globalization;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Gathers the boxes of one image by the rules of <see cref="DetectionDataSet"/>, the same for every format.</summary>
internal sealed class TruthBoxes(DataSetWarnings warnings, int width, int height)
{
    private const double Rounding = 1;

    public List<DetectionTruth> Truths { get; } = [];

    /// <summary>Adds an object with the given box as the rules leave it, or not at all.</summary>
    /// <param name="where">File and line, for messages.</param>
    /// <param name="truth">The object; its own box is not looked at.</param>
    /// <param name="corners">The box as the file has it.</param>
    public void Add(string where, DetectionTruth truth, BoxCorners corners)
    {
        var given = string.Create(CultureInfo.InvariantCulture,
            $"{where}: the box of '{truth.Label}' ({corners.Left:0.##}, {corners.Top:0.##}, {corners.Right:0.##}, {corners.Bottom:0.##})");
        if (!corners.AreFinite) throw new BadDataSetException($"{given} has a coordinate that is no finite number.");
        if (corners.AreSwapped)
        {
            warnings.Add($"{given} has swapped corners; they were put right");
            corners = corners.PutRight();
        }
        var clipped = corners.Clip(width, height);
        var box = clipped.ToBox();
        if (box.IsEmpty)
        {
            warnings.Add($"{given} has no area within the image of {width}×{height}; it was left out");
            return;
        }
        if (clipped.Overhang(corners) > Rounding) warnings.Add($"{given} reaches over the image of {width}×{height}; it was clipped");
        Truths.Add(truth with { Box = box });
    }
}
