using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Running;

/// <summary>Reads float initializers of a model.</summary>
internal sealed class FloatInitializers(OnnxModel model)
{
    private readonly Dictionary<string, TensorProto> _initializers = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, TrainableTensor> _made = new(StringComparer.Ordinal);

    /// <summary>The tensor in pinned arrays.</summary>
    public TrainableTensor Tensor(string name, bool trained)
    {
        if (_made.TryGetValue(name, out var made)) return made;
        var tensor = _initializers[name];
        var initial = TensorData.Floats(tensor);
        var values = GC.AllocateUninitializedArray<float>(initial.Length, pinned: true);
        initial.CopyTo(values);
        return _made[name] = new TrainableTensor(name, [.. tensor.Dims], values, trained ? GC.AllocateArray<float>(values.Length, pinned: true) : []);
    }
}
