using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>The outputs of a network in words, for messages that ask for one.</summary>
internal static class OutputList
{
    /// <summary>Their names and shapes, such as <c>out 1×21×257×257, aux 1×21×257×257</c>.</summary>
    public static string Of(OnnxModel model) => string.Join(", ", model.Outputs.Select(o => o.HasShape ? $"{o.Name} {OnnxValue.ShapeText(o.Shape)}" : o.Name));
}
