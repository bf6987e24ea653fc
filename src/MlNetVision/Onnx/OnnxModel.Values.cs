namespace MlNetVision.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>
    /// What the network takes: the inputs of the graph, in file order, without those that have a stored value
    /// (older files list their weights among the inputs).
    /// </summary>
    public IReadOnlyList<OnnxValue> Inputs
    {
        get
        {
            var stored = Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
            return [.. Graph.Input.Where(i => !stored.Contains(i.Name)).Select(OnnxValue.From)];
        }
    }

    /// <summary>What the network gives: the outputs of the graph as the file declares them, in file order.</summary>
    public IReadOnlyList<OnnxValue> Outputs => [.. Graph.Output.Select(OnnxValue.From)];

    /// <summary>
    /// Checks that the graph holds together: an operator set for every node, names defined before they are used and only once,
    /// stored tensors as long as their shape says, every output made by something.
    /// It does not check that an operator gets the number, types and shapes of inputs that it asks for: ONNX Runtime does.
    /// </summary>
    /// <exception cref="BadModelException">Something is wrong; the message names the file and the node or tensor.</exception>
    public void Check() => new GraphChecker(this).Check();
}
