using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Inference;

/// <summary>Reads from the last nodes of a network what its scores are.</summary>
internal static class NetworkEnd
{
    // What may stand between the last layer of a network and its output, and changes no order of scores.
    private static readonly HashSet<string> Transparent = new(StringComparer.Ordinal)
    {
        "Identity", "Transpose", "Resize", "Upsample", "Reshape", "Flatten", "Cast", "Squeeze", "Unsqueeze", "Dropout", "QuantizeLinear", "DequantizeLinear",
    };

    /// <summary>The nodes that lead to an output, the last first: those that only hand scores on, then the one that makes them.</summary>
    public static IEnumerable<NodeProto> Chain(OnnxModel model, string output)
    {
        var name = output;
        for (var left = model.Graph.Node.Count; left > 0 && Maker(model, name) is { } node; left--)
        {
            yield return node;
            if (node.Input.Count == 0 || !HandsOn(node)) yield break;
            name = node.Input[0];
        }
    }

    /// <summary>The node that makes the scores of an output; null where the output is an input.</summary>
    public static NodeProto? Last(OnnxModel model, string output) => Chain(model, output).LastOrDefault();

    /// <summary>
    /// The tensor of raw scores that a softmax makes probabilities of; null where the output does not come from one. Old exporters
    /// write it as exponentials divided by their sum.
    /// </summary>
    public static string? SoftmaxInput(OnnxModel model, string output) => Last(model, output) switch
    {
        { OpType: "Softmax" } softmax => softmax.Input[0],
        { OpType: "Div" } div when Maker(model, div.Input[0]) is { OpType: "Exp" } exp
            && Maker(model, div.Input[1]) is { OpType: "ReduceSum" } sum && sum.Input[0] == exp.Output[0] => exp.Input[0],
        _ => null,
    };

    // A Concat of one tensor, as our pipelines end in, changes nothing.
    private static bool HandsOn(NodeProto node) => Transparent.Contains(node.OpType) || node is { OpType: "Concat", Input.Count: 1 };

    private static NodeProto? Maker(OnnxModel model, string tensor) => model.Graph.Node.FirstOrDefault(n => n.Output.Contains(tensor));
}
