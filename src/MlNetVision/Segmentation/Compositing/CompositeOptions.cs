namespace MlNetVision.Segmentation;

/// <summary>The classes of an image that are kept, and the softness of their edges.</summary>
public sealed record CompositeOptions
{
    private const string Background = "background";

    /// <summary>The labels (case ignored) of the classes that are kept; null: all but the one called "background". Default: null.</summary>
    public IReadOnlyList<string>? Keep { get; init; }

    /// <summary>
    /// The feather: the width of soft edges to either side of the outline in pixels, 0 (hard edges) to 1000; null: 1 % of the mean
    /// of the image's width and height where the mask has confidences, otherwise 0.3 %, 1 at least. Default: null.
    /// </summary>
    public int? Feather { get; init; }

    /// <summary>
    /// Whether soft edges follow the image's colours: pixels within the feather that look like the old background are not kept,
    /// and those kept in part take the colour of the foreground beside them, so that no rim of the old background is visible.
    /// False: edges and colours of the mask and the image. Default: true.
    /// </summary>
    public bool CleanEdges { get; init; } = true;

    /// <summary>Checks the range, and that the labels are the mask's.</summary>
    internal bool[] Kept(SegmentationMask mask)
    {
        if (Feather is < 0 or > 1000) throw new ArgumentException($"The feather is {Feather}: 0 to 1000 pixels were expected.");
        var kept = new bool[SegmentationMask.MaxClasses];
        if (Keep is null)
        {
            for (var i = 0; i < mask.Labels.Count; i++) kept[i] = !string.Equals(mask.Labels[i], Background, StringComparison.OrdinalIgnoreCase);
            return kept.AsSpan(0, mask.Labels.Count).Contains(false) ? kept
                : throw new ArgumentException($"The mask has no class '{Background}' to replace: name the classes to keep. {NearNames.Describe("", mask.Labels)}");
        }
        if (Keep.Count == 0) throw new ArgumentException($"No classes are kept. {NearNames.Describe("", mask.Labels)}");
        foreach (var label in Keep)
        {
            var found = Enumerable.Range(0, mask.Labels.Count).Where(i => string.Equals(mask.Labels[i], label, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count == 0) throw new ArgumentException($"The mask has no class '{label}' to keep. {NearNames.Describe(label ?? "", mask.Labels)}");
            foreach (var i in found) kept[i] = true;
        }
        return kept;
    }
}
