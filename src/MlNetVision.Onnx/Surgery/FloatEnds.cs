using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Surgery;

/// <summary>Converts the inputs and outputs of a float16 network to float, so that packing and parsing need not handle float16.</summary>
public static class FloatEnds
{
    /// <summary>A network with float inputs and outputs in place of float16; inside it still computes in float16.</summary>
    /// <returns>A copy, or the very model where it has no such ends.</returns>
    public static OnnxModel Widen(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Inputs.Concat(model.Outputs).Any(v => v.Type == DataType.Float16)) return model;
        var wide = model.Clone();
        var graph = wide.Graph;
        foreach (var input in model.Inputs.Where(v => v.Type == DataType.Float16))
        {
            var half = graph.FreeName($"{input.Name}/float16");
            graph.RenameUses(input.Name, half);
            Cast(new GraphWriter(wide, "", position: 0), half, input.Name, half, DataType.Float16);
            graph.Input.First(v => v.Name == input.Name).Type.TensorType.ElemType = (int)DataType.Float;
        }
        foreach (var output in graph.Output.Where(v => v.Type?.TensorType?.ElemType == (int)DataType.Float16))
        {
            var half = graph.FreeName($"{output.Name}/float16");
            graph.Rename(output.Name, half);
            // A cut at the output's name must find what makes it now.
            foreach (var node in graph.Node.Where(n => n.Name == output.Name)) node.Name = half;
            Cast(new GraphWriter(wide, ""), output.Name, half, output.Name, DataType.Float);
            output.Type.TensorType.ElemType = (int)DataType.Float;
        }
        return wide;
    }

    private static void Cast(GraphWriter graph, string name, string from, string to, DataType type) =>
        graph.NodeWithOutputs("Cast", name, [from], [to], ("to", (long)type));
}
