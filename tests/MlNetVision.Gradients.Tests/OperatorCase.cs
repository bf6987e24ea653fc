using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>One node with random inputs, to be checked by <see cref="FiniteDifferences"/>.</summary>
internal sealed class OperatorCase(string operation)
{
    private readonly GraphWriter _graph = new("case");
    private readonly List<string> _inputs = [];
    private readonly List<(string Name, object Value)> _attributes = [];
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, Feed> _feeds = [];
    private int _outputs = 1;
    private int[] _free = [];
    private string[] _hidden = [];
    private long _operatorSet = GraphWriter.NewOperatorSet;

    /// <summary>A float input whose gradient is checked, of values in −2 … 2 apart from each other and from 0.</summary>
    public OperatorCase Input(params long[] shape) => Between(-2, 2, shape);

    /// <summary>The same with a range of its own.</summary>
    public OperatorCase Between(double low, double high, params long[] shape)
    {
        var name = _graph.Input($"x{_inputs.Count}", DataType.Float, shape);
        _inputs.Add(name);
        _samples.Add(new Sample(name, shape, low, high));
        return this;
    }

    /// <summary>A float input of which no gradient is asked.</summary>
    public OperatorCase Given(float[] values, params long[] shape) => Constant(_graph.Floats($"c{_inputs.Count}", values, shape));

    public OperatorCase Integers(params long[] values) => Constant(_graph.Integers($"c{_inputs.Count}", values, values.Length));

    /// <summary>int64 indices of a shape of their own.</summary>
    public OperatorCase Indices(long[] values, params long[] shape) => Constant(_graph.Integers($"c{_inputs.Count}", values, shape));

    public OperatorCase Truths(bool[] values, params long[] shape)
    {
        var name = _graph.Input($"x{_inputs.Count}", DataType.Bool, shape);
        _inputs.Add(name);
        _feeds[name] = new Feed(shape, Truths: values);
        return this;
    }

    /// <summary>An optional input that is left out.</summary>
    public OperatorCase Nothing() => Constant("");

    public OperatorCase With(string attribute, object value)
    {
        _attributes.Add((attribute, value));
        return this;
    }

    public OperatorCase Outputs(int count)
    {
        _outputs = count;
        return this;
    }

    /// <summary>Further outputs of the node, which the graph does not give.</summary>
    public OperatorCase Hidden(params string[] outputs)
    {
        _hidden = outputs;
        return this;
    }

    /// <summary>Leaves axes of the first input free, as the graph declares them; the values keep their shape.</summary>
    public OperatorCase Free(params int[] axes)
    {
        _free = axes;
        return this;
    }

    public OperatorCase OperatorSet(long version)
    {
        _operatorSet = version;
        return this;
    }

    public OnnxModel Model()
    {
        string[] outputs = [.. Enumerable.Range(0, _outputs).Select(i => $"y{i}")];
        _graph.NodeWithOutputs(operation, "node", _inputs, outputs.Concat(_hidden), [.. _attributes]);
        foreach (var y in outputs) _graph.Output(y, DataType.Float);
        var model = _graph.Build(operation);
        foreach (var y in model.Graph.Output) y.Type.TensorType.Shape = null;
        foreach (var axis in _free) model.Graph.Input[0].Type.TensorType.Shape.Dim[axis].ClearValue();
        model.Proto.OpsetImport[0].Version = _operatorSet;
        return model;
    }

    /// <summary>Compares the gradients of all inputs with finite differences.</summary>
    public void Check() => FiniteDifferences.Check(Model(), _samples, _feeds);

    private OperatorCase Constant(string name)
    {
        _inputs.Add(name);
        return this;
    }
}
