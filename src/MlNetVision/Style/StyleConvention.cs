using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Style;

/// <summary>The default input normalisation of style networks.</summary>
internal static class StyleConvention
{
    private const float BlueMean = 103.939f;

    /// <summary>
    /// <c>raw-bgr</c> where the graph itself subtracts Caffe's means, blue first, as the Core ML conversions of Johnson's
    /// networks do; <c>raw</c> elsewhere, as for the networks of PyTorch's examples.
    /// </summary>
    public static PixelNormalization Of(OnnxModel model) => SubtractsBlueFirst(model) ? PixelNormalization.RawBgr : PixelNormalization.Raw;

    private static bool SubtractsBlueFirst(OnnxModel model) =>
        model.Graph.Node.Any(n => n.OpType == "ImageScaler" && n.Find("bias") is { Floats: [var bias, _, _] } && IsBlue(bias))
        || model.Graph.Initializer.Any(t => TensorData.Small(t, 3) is [var first, _, _] && IsBlue(first));

    private static bool IsBlue(double value) => Math.Abs(Math.Abs(value) - BlueMean) < 0.01;
}
