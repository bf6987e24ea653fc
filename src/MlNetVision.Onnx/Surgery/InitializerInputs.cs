using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Surgery;

/// <summary>
/// Files before IR version 4 list their initializers among the inputs. ONNX Runtime must then treat them as changeable and folds nothing, and
/// ML.NET refuses those of float16.
/// </summary>
public static class InitializerInputs
{
    private const int FirstWithout = 4;

    /// <summary>Removes initializers from the list of inputs, in place; a caller can then no longer replace them.</summary>
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
