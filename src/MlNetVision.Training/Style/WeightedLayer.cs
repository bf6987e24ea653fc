namespace MlNetVision.Training.Style;

/// <summary>A layer of a network, and the weight of its loss.</summary>
/// <param name="Name">The name of a node, or of a tensor that a node produces.</param>
/// <param name="Weight">The factor of its loss, 0 or more.</param>
public readonly record struct WeightedLayer(string Name, float Weight)
{
    /// <summary>The layer as <c>NAME=WEIGHT</c>, in the invariant culture.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}={Weight}");
}
