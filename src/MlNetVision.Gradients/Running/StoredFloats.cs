using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Running;

/// <summary>Takes stored float tensors out of a model.</summary>
internal sealed class StoredFloats(OnnxModel model)
{
    private readonly Dictionary<string, TensorProto> _stored = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, TrainableTensor> _made = new(StringComparer.Ordinal);

    /// <summary>The tensor in arrays that the garbage collector does not move.</summary>
    public TrainableTensor Tensor(string name, bool trained)
    {
        if (_made.TryGetValue(name, out var made)) return made;
        var tensor = _stored[name];
        var stored = TensorData.Floats(tensor);
        var values = GC.AllocateUninitializedArray<float>(stored.Length, pinned: true);
        stored.CopyTo(values);
        return _made[name] = new TrainableTensor(name, [.. tensor.Dims], values, trained ? GC.AllocateArray<float>(values.Length, pinned: true) : []);
    }
}
