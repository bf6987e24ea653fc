using Google.Protobuf;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Inference;

/// <summary>
/// Names of the elements of a network's output, which ML.NET reads as the slot names of the column: the keys of an unused node
/// <c>mlnet.COLUMN.SlotNames</c>, as ML.NET's own export to ONNX writes them. They are saved with the network, so that a loaded chain has them.
/// </summary>
internal static class SlotNames
{
    private const string Domain = "ai.onnx.ml";
    private const int OperatorSet = 2; // LabelEncoder with text as keys and numbers as values

    /// <summary>Names the elements of an output; names of before are replaced.</summary>
    /// <param name="model">The network, which is changed.</param>
    /// <param name="column">The output.</param>
    /// <param name="names">One name for each element.</param>
    public static void Set(OnnxModel model, string column, IReadOnlyList<string> names)
    {
        var (node, key) = ($"mlnet.{column}.SlotNames", $"mlnet.{column}.SlotName");
        foreach (var old in model.Graph.Node.Where(n => n.Name == node || n.Name == key).ToList()) model.Graph.Node.Remove(old);
        if (model.Proto.OpsetImport.All(o => o.Domain != Domain))
            model.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = OperatorSet });
        const int Text = (int)TensorProto.Types.DataType.String;
        var first = new TensorProto { Name = key, DataType = Text, Dims = { 1 }, StringData = { ByteString.Empty } };
        var graph = new GraphWriter(model, "");
        graph.NodeWithOutputs("Constant", key, [], [key], ("value", first));
        graph.NodeWithOutputs("LabelEncoder", node, [key], [node], ("keys_strings", names.ToArray()),
            ("values_int64s", Enumerable.Range(0, names.Count).Select(i => (long)i).ToArray()));
        model.Graph.Node[^1].Domain = Domain;
    }
}
