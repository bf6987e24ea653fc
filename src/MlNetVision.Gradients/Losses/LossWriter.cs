using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>
/// Writes a loss of your own behind a network: formulas on <see cref="GraphTensor"/> that end in <see cref="Output"/>. The model is changed in
/// place; one in an operator set before 17 is upgraded to it.
/// </summary>
/// <example><code>
/// var loss = new LossWriter(model, "huber");
/// var x = loss.Tensor("prediction");
/// var error = (x - loss.Target("target", DataType.Float, loss.ShapeOf(x))).Abs();
/// loss.Output((error &lt; 1).Where(error.Square() * 0.5f, error - 0.5f).Mean(null, keepAxes: false));
/// </code></example>
public sealed class LossWriter
{
    private readonly OnnxModel _model;
    private readonly string _output;

    /// <summary>Starts a loss.</summary>
    /// <param name="model">The network.</param>
    /// <param name="output">The name of the loss; the names of its nodes start with it.</param>
    /// <exception cref="BadModelException">The model is not valid or cannot be raised to operator set 17.</exception>
    /// <exception cref="ArgumentException">The model has a tensor of that name.</exception>
    public LossWriter(OnnxModel model, string output)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(output);
        model.Check();
        OperatorSetUpgrade.Raise(model);
        (_model, _output) = (model, output);
        Graph = new GraphWriter(model, $"{output}.", inferShapes: true);
        if (Graph.Has(output)) throw new ArgumentException($"{model.Name}: has a tensor '{output}' already; give the loss another name.");
    }

    /// <summary>The writer of the model's graph, which knows the shapes of its tensors.</summary>
    public GraphWriter Graph { get; }

    /// <summary>A float tensor of the model whose number of axes is known.</summary>
    /// <exception cref="BadModelException">There is none of that name, or it is something else.</exception>
    public GraphTensor Tensor(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Graph.Has(name))
            throw new BadModelException(
                $"{_model.Name}: has no tensor '{name}'. Outputs: {string.Join(", ", _model.Graph.Output.Select(o => o.Name))}.");
        return Graph.TypeOf(name) == DataType.Float && Graph.ShapeOf(name) is not null
            ? Graph[name]
            : throw new BadModelException($"{_model.Name}: '{name}' is expected to be a float tensor of a known number of axes for a loss.");
    }

    /// <summary>A float tensor N × classes × …, with a known number of classes.</summary>
    /// <exception cref="BadModelException">There is none of that name, or it is something else.</exception>
    public GraphTensor Logits(string name)
    {
        var logits = Tensor(name);
        return ShapeOf(logits) is [_, > 0, ..]
            ? logits
            : throw new BadModelException($"{_model.Name}: '{name}' is expected to be N × classes × …, with a known number of classes.");
    }

    /// <summary>The dimensions of a tensor that <see cref="Tensor"/> or <see cref="Logits"/> gave; −1 is free.</summary>
    public long[] ShapeOf(GraphTensor tensor) => [.. Graph.ShapeOf(tensor)!.Select(d => d ?? -1)];

    /// <summary>The target: a tensor of the graph or, where there is none of that name, a new input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The element type of a new input.</param>
    /// <param name="shape">The dimensions of a new input, outermost first; negative ones are free.</param>
    public GraphTensor Target(string name, DataType type, params ReadOnlySpan<long> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Graph.Has(name) ? Graph[name] : Graph.Input(name, type, shape);
    }

    /// <summary>The values of a tensor as a constant of the loss: no gradient flows through them.</summary>
    public GraphTensor Detached(GraphTensor tensor)
    {
        var detached = tensor.Do("Identity");
        Graph.RemarkLast(GradientRules.Detached);
        return detached;
    }

    /// <summary>Makes a tensor the loss.</summary>
    /// <param name="loss">The tensor: float of one element, or of the shape.</param>
    /// <param name="shape">The dimensions; none for a scalar.</param>
    public void Output(GraphTensor loss, params ReadOnlySpan<long> shape)
    {
        Graph.NodeWithOutputs("Identity", _output, [loss], [_output]);
        Graph.Output(_output, DataType.Float, shape);
    }
}
