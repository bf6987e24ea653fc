namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>What a module gives: a float tensor N × Channels × H × W.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Channels">Its channels; null before a module has said how many there are.</param>
/// <param name="Shrink">Pixels of the input for one of this tensor on the axis that shrank most: more after strides, below 1 where it was made larger.</param>
internal readonly record struct Torch7Signal(string Name, int? Channels, double Shrink);
