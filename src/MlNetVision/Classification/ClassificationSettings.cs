using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>All that a classification chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record ClassificationSettings : PipelineSettings
{
    /// <summary>The class names, one for each score.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Whether a softmax was appended to the network.</summary>
    public required bool AddsSoftmax { get; init; }

    /// <summary>How many classes a result names.</summary>
    public int Top { get; init; } = 5;
}
