using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>All that a chain of features needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record FeaturizerSettings : PipelineSettings
{
    /// <summary>The layer that the network was cut at; null in the settings of another task's pipeline.</summary>
    public string? Layer { get; init; }
}
