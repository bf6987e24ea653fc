namespace MlNetVision.Pipelines;

/// <summary>One float output of a network.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Shape">Its shape, batch first.</param>
/// <param name="Values">Its elements, the last axis fastest.</param>
internal readonly record struct NetworkOutput(string Name, long[] Shape, float[] Values);
