using MlNetVision.Onnx;

namespace MlNetVision.Training.Detection;

/// <summary>The values of a network's initializers.</summary>
internal static class InitializerValues
{
    /// <summary>A copy of a model with other values of some initializers.</summary>
    public static OnnxModel In(OnnxModel model, IEnumerable<(string Name, float[] Values)> values)
    {
        var changed = model.Clone();
        var stored = changed.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var (name, array) in values) TensorData.Write(stored[name], array);
        return changed;
    }
}
