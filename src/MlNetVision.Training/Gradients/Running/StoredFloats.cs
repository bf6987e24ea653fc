using System.Runtime.InteropServices;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Gradients.Running;

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
        var values = Copy(tensor);
        return _made[name] = new TrainableTensor(name, [.. tensor.Dims], values, trained ? GC.AllocateArray<float>(values.Length, pinned: true) : []);
    }

    /// <summary>Values are in <c>raw_data</c> or in <c>float_data</c>.</summary>
    public static float[] Copy(TensorProto tensor)
    {
        var raw = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var values = GC.AllocateUninitializedArray<float>(raw.IsEmpty ? tensor.FloatData.Count : raw.Length, pinned: true);
        if (raw.IsEmpty) tensor.FloatData.CopyTo(values, 0);
        else raw.CopyTo(values);
        return values;
    }
}
