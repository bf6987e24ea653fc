using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Gradients;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training;

/// <summary>
/// Runs a network in inference form on the trained values in place: no copy and no new session after an epoch. Dropout passes its input on, and
/// batch normalisation uses its running statistics. The caller disposes it; a running call ends normally.
/// </summary>
internal sealed class NetworkEvaluator : IDisposable
{
    private readonly OnnxSession _session;
    private readonly UseCount _uses;
    private readonly OrtValue[] _tensors;
    private readonly string[] _names;
    private readonly string _input;
    private readonly string _output;

    /// <param name="model">The network; it is not changed.</param>
    /// <param name="tensors">The initializers that change.</param>
    /// <param name="options">Device and threads.</param>
    public NetworkEvaluator(OnnxModel model, IReadOnlyList<TrainableTensor> tensors, ClassifierTrainingOptions options)
    {
        (_input, _output) = (model.Inputs[0].Name, model.Outputs[0].Name);
        _names = [_input, .. tensors.Select(t => t.Name)];
        _session = OnnxSession.Open(WithInputs(model, tensors), new OnnxSessionOptions
        {
            Device = options.Device, Threads = options.Threads, OptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        });
        _tensors = [.. tensors.Select(t => OrtValue.CreateTensorValueFromMemory(t.Values, [.. t.Shape]))];
        _uses = new UseCount(typeof(NetworkEvaluator), Free);
    }

    /// <summary>The logits of rows.</summary>
    /// <param name="batch">The rows, one after the other.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="shape">The shape of one row.</param>
    /// <param name="cancellationToken">Stops the run between two layers.</param>
    public float[] Run(Memory<float> batch, int rows, IReadOnlyList<long> shape, CancellationToken cancellationToken)
    {
        using var use = _uses.Enter();
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch, [rows, .. shape]);
        using var outputs = _session.Run(_names, [input, .. _tensors], [_output], cancellationToken);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose() => _uses.Dispose();

    private void Free()
    {
        _session.Dispose();
        foreach (var tensor in _tensors) tensor.Dispose();
    }

    private static OnnxModel WithInputs(OnnxModel model, IReadOnlyList<TrainableTensor> tensors)
    {
        var copy = model.Clone();
        foreach (var tensor in tensors)
        {
            copy.Graph.Initializer.Remove(copy.Graph.Initializer.First(t => t.Name == tensor.Name));
            if (copy.Graph.Input.All(i => i.Name != tensor.Name))
                copy.Graph.Input.Add(OnnxValue.Info(tensor.Name, Onnx.Proto.TensorProto.Types.DataType.Float, [.. tensor.Shape]));
        }
        return copy;
    }
}

/// <summary>Cross-entropy: −log of the softmax probability of the ground truth.</summary>
internal static class CrossEntropy
{
    /// <summary>Log-probabilities of one row, in place: x − max − log Σ exp(x − max).</summary>
    /// <param name="logits">The row.</param>
    /// <param name="exponentials">A buffer of the same length.</param>
    public static void LogSoftmax(Span<float> logits, Span<float> exponentials)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), logits);
        TensorPrimitives.Exp(logits, exponentials);
        TensorPrimitives.Subtract(logits, MathF.Log(TensorPrimitives.Sum<float>(exponentials)), logits);
    }
}
