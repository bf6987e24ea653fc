using MlNetVision.Onnx;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Models;

/// <summary>Changes the declared size of a network's picture input. What else the file declares of shapes goes, since it may no longer hold.</summary>
internal static class InputShape
{
    /// <summary>Which axes of a picture tensor of four dimensions are rows and columns; null where it is none.</summary>
    public static PixelLayout? Layout(IReadOnlyList<long?> shape) => shape switch
    {
        [_, 3, _, _] => PixelLayout.Nchw,
        [_, _, _, 3] => PixelLayout.Nhwc,
        _ => null,
    };

    /// <summary>Sets rows and columns of the one picture input, in place; null frees them.</summary>
    public static void SetSize(OnnxModel model, long? height, long? width)
    {
        var input = model.Graph.Input.First(i => i.Name == model.Inputs[0].Name);
        var dims = input.Type.TensorType.Shape.Dim;
        var rows = Layout(model.Inputs[0].Shape) == PixelLayout.Nchw ? 2 : 1;
        (dims[rows], dims[rows + 1]) = (Dimension(height, "height"), Dimension(width, "width"));
        model.Graph.ValueInfo.Clear();
    }

    private static TensorShapeProto.Types.Dimension Dimension(long? length, string name) =>
        length is { } known ? new() { DimValue = known } : new() { DimParam = name };
}
