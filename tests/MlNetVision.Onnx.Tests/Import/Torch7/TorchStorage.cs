namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>A storage to be written.</summary>
/// <param name="Element">What it holds, such as <c>Float</c>; <c>Cuda</c> by itself means floats too.</param>
/// <param name="Values">The numbers.</param>
internal sealed record TorchStorage(string Element, float[] Values);
