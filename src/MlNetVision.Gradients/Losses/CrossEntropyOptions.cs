namespace MlNetVision.Gradients.Losses;

/// <summary>Settings of <see cref="LossGraph.AddCrossEntropy"/>.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>
    /// The tensor of the ground truth; a new input where the graph has none of that name. int64 N (N × H × W for logits N × C × H × W), where a
    /// sample with a label of C or above is ignored; or with <see cref="SoftTargets"/> float of the shape of the logits. Default <c>labels</c>.
    /// </summary>
    public string Labels { get; init; } = "labels";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";

    /// <summary>Whether the ground truth is a probability for every class. Default false.</summary>
    public bool SoftTargets { get; init; }

    /// <summary>
    /// Label smoothing: the share ε of the ground truth that is spread over all classes, 0 to below 1. Default 0.
    /// Szegedy et al., "Rethinking the Inception architecture", arXiv:1512.00567, section 7.
    /// </summary>
    public float LabelSmoothing { get; init; }

    /// <summary>A weight for each class, 0 or more; null: all equal.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    internal void Validate(long classes)
    {
        if (!(LabelSmoothing is >= 0 and < 1)) throw new ArgumentException($"Label smoothing is {LabelSmoothing}, expected 0 to below 1.");
        if (ClassWeights is null) return;
        if (ClassWeights.Count != classes) throw new ArgumentException($"There are {ClassWeights.Count} class weights for {classes} classes.");
        if (!ClassWeights.All(w => w >= 0 && float.IsFinite(w)) || !ClassWeights.Any(w => w > 0))
            throw new ArgumentException("Class weights are expected to be 0 or more, and one of them above 0.");
    }
}
