namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>Numbers in the file that tensors are views of; they stay there until a tensor is read.</summary>
/// <param name="Element">What they are.</param>
/// <param name="Start">The byte at which they begin.</param>
/// <param name="Count">How many.</param>
internal sealed record Torch7Storage(Torch7Element Element, int Start, long Count);
