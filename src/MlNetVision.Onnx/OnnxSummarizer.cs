using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>Makes the summary behind <see cref="OnnxModel.Describe"/>.</summary>
internal sealed class OnnxSummarizer
{
    /// <summary>Operators whose stored inputs are settings (sizes, limits, indices), not parameters.</summary>
    private static readonly HashSet<string> TakeSettings =
        ["Resize", "Upsample", "Pad", "Slice", "Clip", "Reshape", "Expand", "Tile", "Range", "TopK", "Dropout", "Split", "Squeeze", "Unsqueeze",
            "NonMaxSuppression"];

    private readonly OnnxModel _model;
    private readonly ShapeInference _shapes;
    private readonly HashSet<string> _initializers;
    private readonly Dictionary<string, string> _producers;

    public OnnxSummarizer(OnnxModel model, IReadOnlyDictionary<string, IReadOnlyList<long>> inputShapes)
    {
        _model = model;
        var inputs = model.Inputs;
        foreach (var name in inputShapes.Keys)
        {
            if (inputs.All(i => i.Name != name))
                throw new ArgumentException($"{model.Name}: a shape is given for '{name}', but the inputs are {string.Join("; ", inputs)}.",
                    nameof(inputShapes));
        }
        _shapes = new ShapeInference(model, inputs.Select(i => inputShapes.TryGetValue(i.Name, out var shape) ? With(i, shape) : OneImage(i)));
        _producers = Producers(model);
        _initializers = model.Graph.Initializer.Select(t => t.Name)
            .Concat(model.Graph.Node.Where(n => n.OpType == "Constant").SelectMany(n => n.Output)).ToHashSet(StringComparer.Ordinal);
    }

    public OnnxSummary Summarize()
    {
        var nodes = _model.Graph.Node.Where(n => n.OpType != "Constant").ToArray();
        return new OnnxSummary
        {
            Name = _model.Name,
            Inputs = _model.Inputs,
            Outputs = _model.Outputs,
            Layers = [.. nodes.Select(Layer)],
            Parameters = Elements(nodes.SelectMany(Weights)),
        };
    }

    /// <summary>The names of layers by the tensors that they give.</summary>
    private static Dictionary<string, string> Producers(OnnxModel model)
    {
        var producers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in model.Graph.Node)
            foreach (var output in node.Output) producers.TryAdd(output, node.LayerName());
        return producers;
    }

    private static OnnxValue OneImage(OnnxValue input) =>
        input.Shape is [null, _, ..] ? input with { Shape = [1, .. input.Shape.Skip(1)] } : input;

    private OnnxValue With(OnnxValue input, IReadOnlyList<long> shape)
    {
        if (input.HasShape && (shape.Count != input.Shape.Count || shape.Where((d, i) => d < 0 || (input.Shape[i] ?? d) != d).Any()))
            throw new ArgumentException($"{_model.Name}: the shape {string.Join('×', shape)} does not fit the input {input}.", nameof(shape));
        return input with { Shape = [.. shape.Select(d => (long?)d)], HasShape = true };
    }

    private OnnxLayer Layer(NodeProto node)
    {
        var output = node.Output.FirstOrDefault(o => o.Length > 0) ?? "";
        var fact = _shapes[output];
        var domain = OnnxNodes.NormalDomain(node.Domain);
        var type = domain.Length == 0 ? node.OpType : $"{domain}.{node.OpType}";
        var kernel = Kernel(node);
        long[] ones = [.. kernel.Select(_ => 1L)];
        return new OnnxLayer(node.LayerName(), type, fact.Shape, Elements(Weights(node)), MultiplyAdds.Of(node, _shapes))
        {
            Output = output,
            ConnectedTo = [.. node.Input.Where(i => i.Length > 0 && !_initializers.Contains(i)).Select(i => _producers.GetValueOrDefault(i, i))
                .Distinct(StringComparer.Ordinal)],
            OutputType = fact.Type,
            Kernel = kernel,
            Strides = kernel.Length > 0 ? node.Integers("strides", ones) : [],
            Dilations = kernel.Length > 0 ? node.Integers("dilations", ones) : [],
            Groups = node.Integer("group", 1),
        };
    }

    /// <summary>A convolution may leave the size of its window to the shape of its weights.</summary>
    private long[] Kernel(NodeProto node)
    {
        if (node.Find("kernel_shape") is { } given) return [.. given.Ints];
        if (node.OpType is not ("Conv" or "ConvTranspose" or "ConvInteger" or "QLinearConv")) return [];
        var weights = node.OpType == "QLinearConv" ? 3 : 1;
        return weights < node.Input.Count && _shapes[node.Input[weights]].Shape is [_, _, .. var window] && !window.Contains(null)
            ? [.. window.Select(d => d!.Value)]
            : [];
    }

    private IEnumerable<string> Weights(NodeProto node) => TakeSettings.Contains(node.OpType) ? [] : node.Input.Where(IsWeight);

    private bool IsWeight(string tensor) =>
        _initializers.Contains(tensor) && _shapes[tensor] is { Shape.Length: > 0, Type: not (DataType.Int64 or DataType.Bool or DataType.String) };

    private long Elements(IEnumerable<string> tensors) => (long)decimal.Min(long.MaxValue,
        tensors.Distinct(StringComparer.Ordinal).Sum(t => (decimal)(_shapes[t].Count ?? 0)));
}
