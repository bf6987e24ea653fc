namespace MlNetVision.Inference;

/// <summary>One output of a network.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Shape">Its shape, batch first.</param>
/// <param name="Data">Its elements, the last axis fastest: an array of float, byte, int or long.</param>
internal readonly record struct NetworkOutput(string Name, long[] Shape, Array Data)
{
    /// <summary>The elements of a float output.</summary>
    public float[] Floats => (float[])Data;
}
