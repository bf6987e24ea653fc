using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>All that a detection chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record DetectionSettings : PipelineSettings
{
    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The heads of the network.</summary>
    public required IReadOnlyList<YoloHead> Heads { get; init; }

    /// <summary>The shape of the grid of each head.</summary>
    public required IReadOnlyList<YoloGridShape> Grids { get; init; }

    /// <summary>What becomes a detection.</summary>
    public required DetectionOptions Detection { get; init; }

    /// <summary>The parser of the grids.</summary>
    /// <exception cref="BadModelException">Labels, heads and grids do not agree.</exception>
    public YoloGridParser CreateParser() => new(Heads, Labels, Resize.Width, Resize.Height);

    /// <summary>Fails where labels, heads and grids do not agree, before any image is read.</summary>
    public void Check(string model)
    {
        foreach (var (head, grid) in Heads.Zip(Grids))
        {
            if (head.Classes != Labels.Count)
                throw new BadModelException($"{model}: the output '{head.Output}' tells {head.Classes} classes apart, but {Labels.Count} labels are given.");
            var expected = head.Anchors.Count * (5L + head.Classes);
            if (grid.Channels != expected)
            {
                throw new BadModelException(
                    $"{model}: the output '{head.Output}' has {grid.Channels} channels; {head.Anchors.Count} anchors × (5 + {head.Classes} classes) = {expected} were expected.");
            }
        }
    }
}
