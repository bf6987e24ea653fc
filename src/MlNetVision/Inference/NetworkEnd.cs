using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Inference;

/// <summary>Reads the kind of a network's scores from its last nodes.</summary>
internal static class NetworkEnd
{
    // Operators that may follow the last layer and keep the order of scores.
    private static readonly HashSet<string> Transparent = new(StringComparer.Ordinal)
    {
        "Identity", "Transpose", "Resize", "Upsample", "Reshape", "Flatten", "Cast", "Squeeze", "Unsqueeze", "Dropout", "QuantizeLinear",
        "DequantizeLinear",
    };

    /// <summary>The nodes that lead to an output, the last first: those that pass scores on, then their producer.</summary>
    public static IEnumerable<NodeProto> Chain(OnnxModel model, string output)
    {
        var name = output;
        for (var left = model.Graph.Node.Count; left > 0 && Producer(model, name) is { } node; left--)
        {
            yield return node;
            if (node.Input.Count == 0 || !HandsOn(node)) yield break;
            name = node.Input[0];
        }
    }

    /// <summary>The producer of an output's scores; null where the output is an input.</summary>
    public static NodeProto? Last(OnnxModel model, string output) => Chain(model, output).LastOrDefault();

    /// <summary>
    /// The tensor of raw scores before a softmax; null where the output does not come from one. Old exporters write the softmax as
    /// exponentials divided by their sum.
    /// </summary>
    public static string? SoftmaxInput(OnnxModel model, string output) => Last(model, output) switch
    {
        { OpType: "Softmax" } softmax => softmax.Input[0],
        { OpType: "Div" } div when Producer(model, div.Input[0]) is { OpType: "Exp" } exp
            && Producer(model, div.Input[1]) is { OpType: "ReduceSum" } sum && sum.Input[0] == exp.Output[0] => exp.Input[0],
        _ => null,
    };

    // Our pipelines end in a Concat of one tensor, which changes nothing.
    private static bool HandsOn(NodeProto node) => Transparent.Contains(node.OpType) || node is { OpType: "Concat", Input.Count: 1 };

    private static NodeProto? Producer(OnnxModel model, string tensor) => model.Graph.Node.FirstOrDefault(n => n.Output.Contains(tensor));
}
