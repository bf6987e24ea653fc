namespace MlNetVision.Gradients;

/// <summary>Settings of a <see cref="GradientSession"/>.</summary>
public sealed record GradientSessionOptions
{
    /// <summary>Threads for one operator; 0, the default, takes one for each physical core.</summary>
    public int Threads { get; init; }

    /// <summary>The seed of the Dropout masks. Default 0. One seed gives the same masks at the same step.</summary>
    public long Seed { get; init; }

    /// <summary>The outputs of the network, all float, that <see cref="GradientSession.Outputs"/> holds after each step. Default none.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    internal void Validate(TrainingGraph graph)
    {
        if (Threads < 0) throw new ArgumentException($"The number of threads is {Threads}, expected 0 or more.");
        var there = graph.Model.Graph.Output.Select(o => o.Name).ToArray();
        if (Outputs.FirstOrDefault(o => !there.Contains(o)) is { } missing)
            throw new ArgumentException($"{graph.Model.Name}: '{missing}' is not an output of the training graph. Outputs: {string.Join(", ", there)}.");
    }
}
