namespace MlNetVision.Onnx;

/// <summary>The atrous (dilated) convolutions of one rate.</summary>
/// <param name="Rate">The distance between the elements that a window takes, above 1.</param>
/// <param name="Layers">How many convolutions have it.</param>
public readonly record struct AtrousRate(long Rate, int Layers);
