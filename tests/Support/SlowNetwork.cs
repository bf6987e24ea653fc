using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests;

/// <summary>Networks that take long and answer as before: their input is multiplied by 1, which a loop in the graph takes its time to give.</summary>
internal static class SlowNetwork
{
    /// <summary>So many turns that no test lives to see the end.</summary>
    public const long Endless = 1L << 40;

    /// <summary>A copy with a loop before its first layer.</summary>
    /// <param name="model">A network with one input of floats, which is not changed.</param>
    /// <param name="turns">The turns of the loop, each some microseconds.</param>
    /// <param name="byImage">Whether the turns are multiplied by the least value of the input: none where that is 0.</param>
    public static OnnxModel Of(OnnxModel model, long turns, bool byImage = false)
    {
        var slow = model.Clone();
        var graph = slow.Graph;
        var input = graph.Input[0].Name;
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == input) node.Input[i] = "slow/input";
            }
        }
        var part = Part(input, turns, byImage);
        for (var i = 0; i < part.Node.Count; i++) graph.Node.Insert(i, part.Node[i]);
        graph.Initializer.AddRange(part.Initializer);
        return slow;
    }

    private static GraphProto Part(string input, long turns, bool byImage)
    {
        var added = new GraphWriter("slow");
        var count = byImage
            ? added.Node("Cast", "slow/turns", [added.Node("Mul", "slow/product", [added.Node("ReduceMin", "slow/least", [input], ("keepdims", 0)), added.Floats("slow/most", [turns])])],
                ("to", (long)TensorProto.Types.DataType.Int64))
            : added.Integers("slow/turns", [turns]);
        added.Node("Loop", "slow/one", [count, "", added.Floats("slow/start", [1])]);
        // Shapes and types of loops are not inferred; these two are told.
        var told = added.Node("Reshape", "slow/told", [added.Node("Cast", "slow/float", ["slow/one"], ("to", (long)TensorProto.Types.DataType.Float)), added.Integers("slow/shape", [1], 1)]);
        added.Node("Mul", "slow/input", [input, told]);
        var graph = added.Build().Graph;
        graph.Node.First(n => n.OpType == "Loop").Attribute.Add(new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = Body() });
        return graph;
    }

    /// <summary>One turn: a number stays as it is.</summary>
    private static GraphProto Body()
    {
        var body = new GraphWriter("body");
        body.Input("turn", TensorProto.Types.DataType.Int64);
        body.Input("goes_on", TensorProto.Types.DataType.Bool);
        body.Input("number", TensorProto.Types.DataType.Float);
        body.Output(body.Node("Identity", "goes_on_still", ["goes_on"]), TensorProto.Types.DataType.Bool);
        body.Output(body.Node("Abs", "same_number", ["number"]), TensorProto.Types.DataType.Float);
        return body.Build().Graph;
    }
}
