using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Models;

/// <summary>Reads and changes the declared shape of a network's image input.</summary>
public static class InputShape
{
    /// <summary>The order of the axes of an image tensor (four dimensions, three channels); null for any other.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="orGrey">Whether one channel is an image, too. Default: no.</param>
    public static PixelLayout? Layout(IReadOnlyList<long?> shape, bool orGrey = false) => shape switch
    {
        [_, 3, _, _] => PixelLayout.Nchw,
        [_, _, _, 3] => PixelLayout.Nhwc,
        [_, 1, _, _] when orGrey => PixelLayout.Nchw,
        [_, _, _, 1] when orGrey => PixelLayout.Nhwc,
        _ => null,
    };

    /// <summary>Sets rows and columns of the image input, in place. Other declared shapes are removed, because they may no longer hold.</summary>
    /// <param name="model">A network whose first input is an image; see <see cref="Layout"/>.</param>
    /// <param name="height">The rows; null frees them.</param>
    /// <param name="width">The columns; null frees them.</param>
    public static void SetSize(OnnxModel model, long? height, long? width)
    {
        ArgumentNullException.ThrowIfNull(model);
        var input = model.Graph.Input.First(i => i.Name == model.Inputs[0].Name);
        var dims = input.Type.TensorType.Shape.Dim;
        var rows = Layout(model.Inputs[0].Shape, orGrey: true) == PixelLayout.Nchw ? 2 : 1;
        (dims[rows], dims[rows + 1]) = (Dimension(height, "height"), Dimension(width, "width"));
        model.Graph.ValueInfo.Clear();
    }

    private static TensorShapeProto.Types.Dimension Dimension(long? length, string name) =>
        length is { } known ? new() { DimValue = known } : new() { DimParam = name };
}
