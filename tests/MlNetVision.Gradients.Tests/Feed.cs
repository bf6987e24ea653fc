using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Gradients.Tests;

/// <summary>A tensor given to a graph: floats, or integers.</summary>
internal sealed record Feed(long[] Shape, float[]? Floats = null, long[]? Integers = null, bool[]? Truths = null)
{
    public OrtValue ToOrtValue() =>
        Floats is not null ? OrtValue.CreateTensorValueFromMemory(Floats, Shape)
        : Integers is not null ? OrtValue.CreateTensorValueFromMemory(Integers, Shape)
        : OrtValue.CreateTensorValueFromMemory(Truths!, Shape);
}
