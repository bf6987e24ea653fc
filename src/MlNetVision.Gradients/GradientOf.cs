namespace MlNetVision.Gradients;

/// <summary>The gradient of the loss by a tensor.</summary>
/// <param name="Tensor">The tensor: a parameter, or an input of the model.</param>
/// <param name="Output">The output of the training graph that holds its gradient, of its shape.</param>
public readonly record struct GradientOf(string Tensor, string Output);
