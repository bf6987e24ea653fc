using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification;

/// <summary>Networks whose scores are easily told: the means of red, green and blue (0 to 1), times a factor.</summary>
internal static class TinyClassifier
{
    public const float Factor = 4;

    /// <summary>The scores of an image of one colour, before any softmax.</summary>
    public static float[] Logits(byte red, byte green, byte blue) => [Factor * red / 255, Factor * green / 255, Factor * blue / 255];

    /// <summary>A network of the classes red, green and blue.</summary>
    /// <param name="end">Adds what follows the tensor of scores (1 × 3), and returns the tensor that is the output.</param>
    /// <param name="type">The type of the output.</param>
    /// <param name="shape">Its shape.</param>
    public static OnnxModel Create(Func<GraphWriter, string, string>? end = null, DataType type = DataType.Float, params long[] shape)
    {
        var builder = new GraphWriter("tiny");
        var image = builder.Input("image", DataType.Float, 1, 3, 8, 8);
        var mean = builder.Node("GlobalAveragePool", "mean", [image]);
        var flat = builder.Node("Flatten", "flat", [mean]);
        var scores = builder.Node("Mul", "logits", [flat, builder.Floats("factor", [Factor], 1)]);
        builder.Output(end?.Invoke(builder, scores) ?? scores, type, shape.Length == 0 ? [1, 3] : shape);
        var model = builder.Build("tiny.onnx");
        model.SetNames(["red", "green", "blue"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }
}
