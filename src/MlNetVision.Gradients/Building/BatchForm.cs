using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Building;

/// <summary>
/// BatchNormalization by the statistics of the batch, in single operators: y = s·(x − μ)/√(σ² + ε) + b with σ² the mean of (x − μ)². (E[x²] − μ² would
/// lose digits, and ONNX Runtime's own kernel in training mode may overwrite an initializer that other nodes read.)
/// </summary>
/// <param name="Seen">The node that gradient rules see instead: its inputs are x, s, b, x − μ and 1/√(σ² + ε).</param>
/// <param name="Mean">The mean of each channel.</param>
/// <param name="Variance">The variance of each channel.</param>
internal sealed record BatchForm(NodeProto Seen, string Mean, string Variance)
{
    /// <summary>Writes the nodes that replace a BatchNormalization.</summary>
    public static BatchForm Write(GraphWriter graph, NodeProto node, int rank)
    {
        var prefix = $"{node.Output[0]}.batch.";
        var (x, scale, bias) = (graph[node.Input[0]], graph[node.Input[1]], graph[node.Input[2]]);
        long[] wide = [-1, .. Enumerable.Repeat(1L, rank - 2)];
        long[] axes = [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i)];
        var values = (x.Do("Size") / scale.Do("Size")).Cast(DataType.Float);
        var mean = x.Sum(axes) / values;
        var centred = x - mean;
        // ReduceSumSquare takes its axes as an input only from operator set 18 on.
        var variance = centred.Square().Sum(axes) / values;
        var inverse = (variance + node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal();
        var scaled = centred * (scale.Reshape(wide) * inverse);
        graph.Node("Add", node.Output[0], [scaled, bias.Reshape(wide)]);

        var seen = new NodeProto { OpType = node.OpType, Name = node.Name };
        seen.Input.Add([x, scale, bias, centred, inverse]);
        seen.Output.Add(node.Output[0]);
        seen.Attribute.Add(OnnxAttributes.Make("training_mode", 1L));
        return new BatchForm(seen, Flat("mean", mean), Flat("variance", variance));

        string Flat(string name, GraphTensor wideTensor) => graph.Node("Reshape", prefix + name, [wideTensor, graph.Integers(-1)]);
    }
}
