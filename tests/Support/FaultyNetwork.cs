using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests;

/// <summary>What goes wrong with a white image.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The network's numbers are NaN.</summary>
    NotANumber,

    /// <summary>ONNX Runtime refuses an operator's input.</summary>
    OutOfRange,

    /// <summary>A tensor of 2⁴⁶ elements fits into no memory.</summary>
    OutOfMemory,
}

/// <summary>Networks that answer as before, but for images that are white all over.</summary>
internal static class FaultyNetwork
{
    private const long TooMany = 1L << 46;

    /// <summary>A copy of a network with one input of floats: its first output is multiplied by 1, which a white image does not give.</summary>
    /// <param name="model">The network.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="atStart">Whether the input is multiplied, for networks that are cut. ONNX Runtime's largest-value pooling passes over NaN.</param>
    public static OnnxModel Of(OnnxModel model, Fault fault, bool atStart = false)
    {
        if (fault == Fault.None) return model;
        var faulty = model.Clone();
        var graph = faulty.Graph;
        var (input, output) = (graph.Input[0].Name, graph.Output[0].Name);
        var added = new GraphWriter("faulty");
        var one = One(added, input, fault);
        foreach (var node in graph.Node)
        {
            if (atStart) Replace(node.Input, input, "faulty/input");
            else Replace(node.Output, output, "faulty/sound");
        }
        if (atStart) added.NodeWithOutputs("Mul", "faulty/start", [input, one], ["faulty/input"]);
        else added.NodeWithOutputs("Mul", "faulty/end", ["faulty/sound", one], [output]);
        var part = added.Build().Graph;
        for (var i = 0; i < part.Node.Count; i++) graph.Node.Insert(atStart ? i : graph.Node.Count, part.Node[i]);
        graph.Initializer.AddRange(part.Initializer);
        return faulty;
    }

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> names, string name, string by)
    {
        for (var i = 0; i < names.Count; i++) if (names[i] == name) names[i] = by;
    }

    private static string One(GraphWriter added, string input, Fault fault)
    {
        var least = added.Node("ReduceMin", "faulty/least", [input], ("keepdims", 0L));
        // Networks take white as 1, as 255, or above 2 where mean and deviation are taken off.
        var isWhite = added.Node("Greater", "faulty/white", [least, added.Floats("faulty/limit", [0.9f])]);
        var white = added.Node("Cast", "faulty/count", [isWhite], ("to", (long)TensorProto.Types.DataType.Float));
        var one = added.Floats("faulty/one", [1], 1);
        switch (fault)
        {
            case Fault.NotANumber:
                return added.Node("Add", "faulty/factor", [added.Node("Sqrt", "faulty/root", [added.Node("Neg", "faulty/minus", [white])]), one]);
            case Fault.OutOfRange:
                return added.Node("Gather", "faulty/factor", [one, Integer(added, added.Node("Mul", "faulty/index", [white, added.Floats("faulty/five", [5])]), "faulty/at")]);
            default:
                var size = added.Node("Add", "faulty/size", [added.Node("Mul", "faulty/more", [white, added.Floats("faulty/many", [TooMany], 1)]), one]);
                var large = added.Node("Expand", "faulty/large", [one, Integer(added, size, "faulty/shape")]);
                return added.Node("ReduceMax", "faulty/factor", [large], ("keepdims", 0L));
        }
    }

    private static string Integer(GraphWriter added, string number, string name) =>
        added.Node("Cast", name, [number], ("to", (long)TensorProto.Types.DataType.Int64));
}
