using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>A small graph made by hand, and its gradients.</summary>
internal sealed class TestGraph
{
    private readonly GraphWriter _builder = new("test");

    public TestGraph Input(string name, long[] shape, DataType type = DataType.Float)
    {
        _builder.Input(name, type, shape);
        return this;
    }

    public string Floats(string name, float[] values, params long[] shape) => _builder.Floats(name, values, shape);

    public string Integers(string name, params long[] values) => _builder.Integers(name, values, values.Length);

    public string Node(string operation, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        _builder.Node(operation, name, inputs, attributes);

    public void Nodes(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes) =>
        _builder.NodeWithOutputs(operation, outputs[0], inputs, outputs, attributes);

    public OnnxModel Model(params string[] outputs)
    {
        foreach (var y in outputs) _builder.Output(y, DataType.Float);
        var model = _builder.Build();
        foreach (var y in model.Graph.Output) y.Type.TensorType.Shape = null;
        return model;
    }

    /// <summary>The gradients of the sum of a tensor by float inputs.</summary>
    public Dictionary<string, float[]> Gradients(string output, params (string Name, long[] Shape, float[] Values)[] inputs)
    {
        _builder.Node("ReduceSum", "loss", [output], ("keepdims", 0L));
        var graph = TrainingGraph.Differentiate(Model("loss"), "loss", [], new TrainingGraphOptions { WithRespectTo = [.. inputs.Select(i => i.Name)] });
        var outputs = GraphRunner.Run(graph.Model, inputs.ToDictionary(i => i.Name, i => new Feed(i.Shape, i.Values)));
        return graph.Gradients.ToDictionary(g => g.Tensor, g => outputs[g.Output]);
    }
}
