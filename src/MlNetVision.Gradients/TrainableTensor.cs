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
            throw new ArgumentException($"Tensor '{name}' of shape {OnnxValue.ShapeText([.. shape.Select(d => (long?)d)])} has {values.Length} values.", nameof(values));
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
