using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients;

/// <summary>A tensor that training changes, with the gradient of the loss by it.</summary>
public sealed class TrainableTensor
{
    /// <summary>Wraps arrays; they are not copied.</summary>
    /// <param name="name">The name of the tensor in the graph.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a scalar.</param>
    /// <param name="values">The values, the last axis running fastest.</param>
    /// <param name="gradient">The gradient, as long as the values; empty for a tensor without one, such as a running mean. Null makes zeros.</param>
    /// <exception cref="ArgumentException">An array does not have the length that the shape asks for.</exception>
    public TrainableTensor(string name, IReadOnlyList<long> shape, float[] values, float[]? gradient = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        if (ElementType.Count(shape) != values.Length)
            throw new ArgumentException(
                $"Tensor '{name}' of shape {OnnxValue.ShapeText([.. shape.Select(d => (long?)d)])} has {values.Length} values.", nameof(values));
        if (gradient is { Length: > 0 } && gradient.Length != values.Length)
            throw new ArgumentException($"Tensor '{name}' has {values.Length} values and a gradient of {gradient.Length}.", nameof(gradient));
        Name = name;
        Shape = shape;
        Values = values;
        Gradient = gradient ?? new float[values.Length];
    }

    /// <summary>The name of the tensor in the graph.</summary>
    public string Name { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, the last axis running fastest. Changed in place.</summary>
    public float[] Values { get; }

    /// <summary>The gradient of the loss by the values, in the same order; empty where the tensor has none.</summary>
    public float[] Gradient { get; }
}

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
