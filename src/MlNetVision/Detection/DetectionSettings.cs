using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>All that a detection chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record DetectionSettings : PipelineSettings
{
    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The heads of the network.</summary>
    public required IReadOnlyList<IDetectionHead> Heads { get; init; }

    /// <summary>The outputs that they read, in their order.</summary>
    public required IReadOnlyList<HeadOutput> Outputs { get; init; }

    /// <summary>Thresholds, classes and suppression.</summary>
    public required DetectionOptions Detection { get; init; }

    /// <summary>The parser of the outputs.</summary>
    /// <exception cref="BadModelException">Labels, heads and outputs do not agree.</exception>
    public DetectionParser CreateParser() => new(Heads, Labels, Resize.Width, Resize.Height);

    /// <summary>Each head with its outputs.</summary>
    public IEnumerable<(IDetectionHead Head, IReadOnlyList<HeadOutput> Outputs)> HeadsWithOutputs()
    {
        var at = 0;
        foreach (var head in Heads)
        {
            yield return (head, [.. Outputs.Skip(at).Take(head.Outputs.Count)]);
            at += head.Outputs.Count;
        }
    }

    /// <summary>Checks that labels, heads and outputs agree.</summary>
    public void Check(string model)
    {
        foreach (var (head, outputs) in HeadsWithOutputs())
        {
            if (head.Classes != Labels.Count)
                throw new BadModelException($"{model}: the output '{string.Join("', '", head.Outputs)}' has {head.Classes} classes, but {Labels.Count} labels are given.");
            head.Check(model, outputs);
        }
    }
}
