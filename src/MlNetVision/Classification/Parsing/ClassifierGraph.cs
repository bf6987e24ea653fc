using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>The form in which all classifiers run here: whatever their output's type and shape are, a row of float scores for each picture.</summary>
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
        var builder = new OnnxGraphBuilder("suffix");
        var row = builder.Node("Reshape", "MlNetVision.Row", [AsFloat(builder, output), builder.Integers("MlNetVision.RowShape", [-1, output.Classes], 2)]);
        builder.NodeWithOutputs(softmax ? "Softmax" : "Identity", "MlNetVision.End", [row], [Scores], softmax ? [("axis", 1L)] : []);
        builder.Output(Scores, DataType.Float, -1, output.Classes);
        var suffix = builder.Build().Graph;
        built.Graph.Node.AddRange(suffix.Node);
        built.Graph.Initializer.AddRange(suffix.Initializer);
        built.Graph.Output.Clear();
        built.Graph.Output.AddRange(suffix.Output);
        // Stored tensors are added, which old files would have to list among the inputs.
        StoredInputs.Remove(built);
        return built;
    }

    private static string AsFloat(OnnxGraphBuilder builder, ClassifierOutput output)
    {
        var scores = output.Quantizer is { } quantizer && output.Type is DataType.Uint8 or DataType.Int8
            ? builder.Node("DequantizeLinear", "MlNetVision.Dequantized", quantizer.Input.Skip(1).Prepend(output.Name))
            : output.Name;
        if (output.Type != DataType.Float) scores = builder.Node("Cast", "MlNetVision.Float", [scores], ("to", (long)DataType.Float));
        return output.HasUnknownScale ? builder.Node("Mul", "MlNetVision.Unit", [scores, builder.Floats("MlNetVision.ByteScale", [ByteScale], 1)]) : scores;
    }
}
