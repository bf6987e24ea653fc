using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Gradients;

/// <summary>A tensor given to a <see cref="GradientSession"/> for one step. ONNX Runtime reads the memory where it is; nothing is copied.</summary>
public sealed class TrainingFeed
{
    private readonly Func<OrtValue> _make;

    private TrainingFeed(long[] shape, Func<OrtValue> make) => (Shape, _make) = (shape, make);

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Wraps memory: float for images (N, C, H, W), long for labels. It must stay as it is until the step is done.</summary>
    /// <param name="values">The values, the last axis running fastest.</param>
    /// <param name="shape">The dimensions, outermost first.</param>
    /// <exception cref="ArgumentException">The shape does not ask for as many values as there are.</exception>
    public static TrainingFeed Of<T>(Memory<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        long[] dims = [.. shape];
        if (Onnx.ElementType.Count(dims) != values.Length)
            throw new ArgumentException($"A feed of shape {string.Join('×', dims)} has {values.Length} values.", nameof(values));
        return new TrainingFeed(dims, () => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, dims));
    }

    internal OrtValue ToOrtValue() => _make();
}
