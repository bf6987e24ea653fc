namespace MlNetVision.Gradients.Losses;

/// <summary>Settings of <see cref="LossGraph.AddKullbackLeibler"/>.</summary>
public sealed record KullbackLeiblerOptions
{
    /// <summary>The logits of the teacher, of the student's shape; a new input where the graph has none of that name. Default <c>teacher</c>.</summary>
    public string Teacher { get; init; } = "teacher";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";

    /// <summary>The divisor of both logits, above 0. Default 1; larger values soften the teacher's probabilities.</summary>
    public float Temperature { get; init; } = 1;

    internal void Validate()
    {
        if (!(Temperature > 0 && float.IsFinite(Temperature))) throw new ArgumentException($"The temperature is {Temperature}, expected above 0.");
    }
}
