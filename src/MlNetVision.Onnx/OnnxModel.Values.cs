namespace MlNetVision.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>
    /// The inputs of the graph, in file order, without those that are initializers (older files list their weights among the inputs).
    /// </summary>
    public IReadOnlyList<OnnxValue> Inputs
    {
        get
        {
            var initializers = Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
            return [.. Graph.Input.Where(i => !initializers.Contains(i.Name)).Select(OnnxValue.From)];
        }
    }

    /// <summary>The outputs of the graph as the file declares them, in file order.</summary>
    public IReadOnlyList<OnnxValue> Outputs => [.. Graph.Output.Select(OnnxValue.From)];

    /// <summary>
    /// Checks that the graph holds together: an operator set for every node, names defined before they are used and only once,
    /// initializers as long as their shape says, every output produced by a node.
    /// It does not check the number, types and shapes of an operator's inputs: ONNX Runtime does.
    /// </summary>
    /// <exception cref="BadModelException">Something is wrong; the message names the file and the node or tensor.</exception>
    public void Check() => new GraphChecker(this).Check();

    /// <summary>
    /// A network that ends at a layer: it keeps only the nodes, initializers and inputs that the layer needs, and all metadata.
    /// Its one output has the inferred type and shape. This model is not changed.
    /// </summary>
    /// <param name="layerOrTensorName">
    /// The name of a node, as <see cref="OnnxLayer.Name"/> gives it: its first output is taken; or the name of a tensor that a node produces.
    /// </param>
    /// <exception cref="BadModelException">The graph is broken, or nothing in it has that name; the message lists near names.</exception>
    public OnnxModel Cut(string layerOrTensorName)
    {
        ArgumentException.ThrowIfNullOrEmpty(layerOrTensorName);
        return GraphCutter.Cut(this, layerOrTensorName);
    }

    /// <summary>The layers with their output shapes, parameters and multiply-adds, and the totals.</summary>
    /// <param name="inputShapes">
    /// Shapes for inputs, by name, that fit the declared ones; null for none. The free first dimension of an input without a shape here
    /// counts as 1, so that totals are for one image; other free dimensions stay unknown.
    /// </param>
    /// <exception cref="BadModelException">The graph is broken; see <see cref="Check"/>.</exception>
    /// <exception cref="ArgumentException">A shape is given for no input, or does not fit the input's own.</exception>
    public OnnxSummary Describe(IReadOnlyDictionary<string, IReadOnlyList<long>>? inputShapes = null)
    {
        Check();
        return new OnnxSummarizer(this, inputShapes ?? new Dictionary<string, IReadOnlyList<long>>()).Summarize();
    }
}
