namespace MlNetVision.Gradients;

/// <summary>An input of a training graph by which a layer is multiplied: 0 where values are dropped, 1/(1 − ratio) elsewhere.</summary>
/// <param name="Input">The name of the input, float, of the shape of the layer.</param>
/// <param name="Layer">The tensor that it is multiplied by, and whose shape it has.</param>
/// <param name="Ratio">The share of values that are dropped, above 0 and below 1.</param>
/// <remarks>Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.</remarks>
public readonly record struct DropoutMask(string Input, string Layer, float Ratio);
