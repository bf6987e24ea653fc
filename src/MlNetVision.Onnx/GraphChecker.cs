using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>The checks behind <see cref="OnnxModel.Check"/>.</summary>
/// <remarks>Rules: https://github.com/onnx/onnx/blob/main/docs/IR.md, "Graphs" and "Names Within a Graph".</remarks>
internal sealed class GraphChecker(OnnxModel model)
{
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);

    /// <summary>The names defined so far, in the current graph and the enclosing ones; a body of If or Loop sees all of them.</summary>
    private readonly List<HashSet<string>> _scopes = [];

    public void Check()
    {
        if (model.Proto.Graph is null || model.Graph.Node.Count == 0) throw Bad("expected a graph with nodes, found none");
        foreach (var set in model.Proto.OpsetImport)
        {
            if (set.Version < 1) throw Bad($"operator set '{set.Domain}' has version {set.Version}, expected 1 or more");
            _domains.Add(OnnxNodes.NormalDomain(set.Domain));
        }
        if (_domains.Count == 0) throw Bad("expected an operator set, found none");
        if (model.Graph.Output.Count == 0) throw Bad("expected an output of the graph, found none");
        foreach (var input in model.Inputs) CheckSize(input);
        CheckGraph(model.Graph);
    }

    /// <summary>Buffers of .NET and ML.NET hold at most <see cref="int.MaxValue"/> elements.</summary>
    private void CheckSize(OnnxValue input)
    {
        if (input.Shape.Count > ElementType.MostDimensions) throw Bad($"input '{input.Name}' has {input.Shape.Count} dimensions");
        if (ElementType.Count(input.Shape.Select(d => d ?? 1)) is not <= int.MaxValue)
            throw Bad($"input {input} has more than {int.MaxValue} elements");
    }

    private void CheckGraph(GraphProto graph)
    {
        var defined = new HashSet<string>(StringComparer.Ordinal);
        _scopes.Add(defined);
        DefineInputs(graph, defined);
        foreach (var node in graph.Node) CheckNode(node, graph, defined);
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in graph.Output)
        {
            if (!Defined(output.Name)) throw Bad($"no node produces output '{output.Name}'");
            if (!outputs.Add(output.Name)) throw Bad($"output '{output.Name}' is declared twice");
        }
        _scopes.RemoveAt(_scopes.Count - 1);
    }

    private bool Defined(string name) => _scopes.Exists(s => s.Contains(name));

    private void DefineInputs(GraphProto graph, HashSet<string> defined)
    {
        var inputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in graph.Input)
        {
            if (input.Name.Length == 0) throw Bad("an input has no name");
            if (!inputs.Add(input.Name)) throw Bad($"input '{input.Name}' is declared twice");
        }
        var initializers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer)
        {
            if (tensor.Name.Length == 0) throw Bad("an initializer has no name");
            if (!initializers.Add(tensor.Name)) throw Bad($"initializer '{tensor.Name}' is declared twice");
            CheckTensor(tensor, $"initializer '{tensor.Name}'");
        }
        defined.UnionWith(inputs);
        defined.UnionWith(initializers);
    }

    private void CheckNode(NodeProto node, GraphProto graph, HashSet<string> defined)
    {
        if (node.OpType.Length == 0) throw Bad($"{node.Title()} has no operator");
        if (!_domains.Contains(OnnxNodes.NormalDomain(node.Domain)))
            throw Bad($"{node.Title()} has the domain '{node.Domain}', for which the model imports no operator set");
        foreach (var input in node.Input)
            if (input.Length > 0 && !Defined(input)) throw Bad(Undefined(node, input, graph));
        foreach (var tensor in node.Tensors()) CheckTensor(tensor, $"a tensor of {node.Title()}");
        foreach (var body in node.Bodies()) CheckGraph(body);
        foreach (var output in node.Output)
            if (output.Length > 0 && !defined.Add(output)) throw Bad($"{node.Title()} produces '{output}', which exists already");
    }

    private static string Undefined(NodeProto node, string input, GraphProto graph) =>
        graph.Node.FirstOrDefault(n => n.Output.Contains(input)) is { } producer
            ? $"{node.Title()} takes '{input}', which only the later {producer.Title()} produces: the nodes are out of order or form a cycle"
            : $"{node.Title()} takes '{input}', which nothing produces";

    private void CheckTensor(TensorProto tensor, string title)
    {
        if (TensorData.Problem(tensor) is { } problem) throw Bad($"{title}: {problem}");
    }

    private BadModelException Bad(string problem) => new($"{model.Name}: not a valid ONNX model: {problem}.");
}
