namespace MlNetVision.Gradients.Losses;

/// <summary>Settings of <see cref="LossGraph.AddKullbackLeibler"/>.</summary>
public sealed record KullbackLeiblerOptions
{
    /// <summary>The logits of the teacher, of the student's shape; where the graph has none of that name they become an input. Default <c>teacher</c>.</summary>
    public string Teacher { get; init; } = "teacher";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";

    /// <summary>What both logits are divided by, above 0. Default 1; more softens the teacher's answer.</summary>
    public float Temperature { get; init; } = 1;

    internal void Validate()
    {
        if (!(Temperature > 0 && float.IsFinite(Temperature))) throw new ArgumentException($"The temperature is {Temperature}, expected above 0.");
    }
}
