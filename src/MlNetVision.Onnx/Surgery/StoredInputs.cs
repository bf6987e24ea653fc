using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Surgery;

/// <summary>
/// Files of before IR version 4 list their weights among the inputs, where ONNX Runtime must take them for changeable and
/// folds nothing, and ML.NET refuses those of float16.
/// </summary>
public static class StoredInputs
{
    private const int FirstWithout = 4;

    /// <summary>Takes initializers out of the list of inputs, in place; a caller can then no longer replace them.</summary>
    public static void Remove(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var inputs = model.Inputs.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        ValueInfoProto[] kept = [.. model.Graph.Input.Where(i => inputs.Contains(i.Name))];
        if (kept.Length == model.Graph.Input.Count) return;
        model.Graph.Input.Clear();
        model.Graph.Input.AddRange(kept);
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, FirstWithout);
    }
}
