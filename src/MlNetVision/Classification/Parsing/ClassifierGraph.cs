using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>The form in which all classifiers run here: whatever their output's type and shape are, a row of float scores for each image.</summary>
internal static class ClassifierGraph
{
    /// <summary>The output, float N × classes.</summary>
    public const string Scores = "MlNetVision.Scores";

    private const float ByteScale = 1 / 256f;

    /// <summary>A copy of the network whose one output is <see cref="Scores"/>.</summary>
    /// <param name="model">The network.</param>
    /// <param name="output">The output that holds the scores.</param>
    /// <param name="softmax">Whether they go through a softmax.</param>
    public static OnnxModel Build(OnnxModel model, ClassifierOutput output, bool softmax)
    {
        var built = model.Clone();
        built.Graph.Output.Clear();
        var graph = new GraphWriter(built, "MlNetVision.");
        var row = AsFloat(graph[output.Name], output).Reshape(-1, output.Classes);
        graph.NodeWithOutputs(softmax ? "Softmax" : "Identity", graph.FreeName("End"), [row], [Scores], softmax ? [("axis", 1L)] : []);
        graph.Output(Scores, DataType.Float, -1, output.Classes);
        // Stored tensors are added, which old files would have to list among the inputs.
        InitializerInputs.Remove(built);
        return built;
    }

    private static GraphTensor AsFloat(GraphTensor scores, ClassifierOutput output)
    {
        if (output.Quantizer is { } quantizer && output.Type is DataType.Uint8 or DataType.Int8)
            scores = scores.Do("DequantizeLinear", [.. quantizer.Input.Skip(1).Select(i => scores.Graph[i])]);
        if (output.Type != DataType.Float) scores = scores.Cast(DataType.Float);
        return output.HasUnknownScale ? scores * ByteScale : scores;
    }
}
