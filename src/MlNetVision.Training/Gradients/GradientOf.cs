namespace MlNetVision.Training.Gradients;

/// <summary>The gradient of the loss by a tensor.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Output">The output of the graph that holds its gradient, of its shape.</param>
public readonly record struct GradientOf(string Tensor, string Output);
