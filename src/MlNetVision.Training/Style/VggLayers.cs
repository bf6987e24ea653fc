using System.Globalization;
using System.Text.RegularExpressions;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Style;

/// <summary>
/// Finds layers by name, and those of VGG also by position: <c>blockB_convC</c>, Keras' name, is the output of the activation behind the C-th
/// convolution after the B − 1-th pooling, whatever the file calls it. Simonyan and Zisserman, arXiv:1409.1556, table 1.
/// </summary>
internal static partial class VggLayers
{
    private static readonly HashSet<string> Activations =
        new(["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Clip", "Sigmoid", "Softplus", "Tanh"], StringComparer.Ordinal);

    /// <exception cref="BadModelException">The network has no such layer, by name or by position.</exception>
    public static string Tensor(OnnxModel model, string layer)
    {
        if (GraphCutter.Find(model, layer) is { } named) return named;
        if (!Position().IsMatch(layer)) return GraphCutter.Tensor(model, layer);
        var found = ByPosition(model);
        if (found.TryGetValue(layer, out var tensor)) return tensor;
        throw new BadModelException(found.Count > 0
            ? $"{model.Name}: has no layer '{layer}', neither by name nor by position; by position it has {string.Join(", ", found.Keys)}."
            : $"{model.Name}: has no layer '{layer}', and no layers by position, because no convolution is on a single path from the input.");
    }

    /// <summary>Follows the chain of layers from the input to where it ends or branches.</summary>
    private static Dictionary<string, string> ByPosition(OnnxModel model)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var users = model.Graph.Node.SelectMany(n => n.Input.Distinct().Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        var (block, count, isOpen) = (1, 0, false);
        for (var tensor = model.Inputs is [var input, ..] ? input.Name : null; tensor is not null;)
        {
            NodeProto? node = users[tensor].Take(2).ToArray() is [var only] ? only : null;
            var (isConvolution, isPooling) = (node?.OpType == "Conv", node?.OpType.EndsWith("Pool", StringComparison.Ordinal) == true);
            if (isOpen && (node is null || isConvolution || isPooling)) Close(tensor);
            if (isConvolution) (count, isOpen) = (count + 1, true);
            if (isPooling && count > 0) (block, count) = (block + 1, 0);
            tensor = node?.Output.FirstOrDefault(o => o.Length > 0);
            if (isOpen && node is not null && Activations.Contains(node.OpType)) Close(tensor!);
        }
        return found;

        void Close(string tensor)
        {
            found[string.Create(CultureInfo.InvariantCulture, $"block{block}_conv{count}")] = tensor;
            isOpen = false;
        }
    }

    [GeneratedRegex("^block[0-9]+_conv[0-9]+$")]
    private static partial Regex Position();
}

/// <summary>A layer of a network, and the weight of its loss.</summary>
/// <param name="Name">The name of a node, or of a tensor that a node produces.</param>
/// <param name="Weight">The factor of its loss, 0 or more.</param>
public readonly record struct WeightedLayer(string Name, float Weight)
{
    /// <summary>The layer as <c>NAME=WEIGHT</c>, in the invariant culture.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}={Weight}");
}
