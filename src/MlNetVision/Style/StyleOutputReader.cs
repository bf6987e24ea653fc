using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Style;

/// <summary>Finds the image output of a network, and its shape.</summary>
internal static class StyleOutputReader
{
    /// <summary>The output, the order of its axes, and its size at the declared input size.</summary>
    /// <param name="model">The network.</param>
    /// <param name="asked">The name of the output, or null.</param>
    /// <exception cref="BadModelException">The network has no image output, or several.</exception>
    /// <exception cref="ArgumentException">There is no output of that name.</exception>
    public static (string Name, PixelLayout Layout, int? Width, int? Height) Of(OnnxModel model, string? asked)
    {
        var outputs = model.Outputs.Where(o => o.Name != SavedNetwork.Outputs).ToList();
        var found = asked is null ? Single(model, outputs)
            : outputs.FirstOrDefault(o => o.Name == asked)
                ?? throw new ArgumentException($"{model.Name} has no output '{asked}'; it has {Names(outputs)}.");
        var shape = ShapeOf(model, found);
        if (found.Type != TensorProto.Types.DataType.Float || Layout(shape) is not { } layout)
        {
            throw new BadModelException(
                $"{model.Name}: the output '{found.Name}' is {found}; a style network gives an image: float N×3×H×W or N×H×W×3.");
        }
        var (height, width) = layout == PixelLayout.Nchw ? (shape[2], shape[3]) : (shape[1], shape[2]);
        return (found.Name, layout, (int?)width, (int?)height);
    }

    /// <summary>The size of the image that a run gave.</summary>
    /// <exception cref="BadModelException">It is no image: a model may declare another shape than it gives.</exception>
    public static (int Width, int Height) SizeOf(OnnxModel model, StyleSettings settings, ReadOnlySpan<long> shape)
    {
        if (shape is [1, 3, >= 1 and <= int.MaxValue, >= 1 and <= int.MaxValue] && settings.Layout == PixelLayout.Nchw) return ((int)shape[3], (int)shape[2]);
        if (shape is [1, >= 1 and <= int.MaxValue, >= 1 and <= int.MaxValue, 3] && settings.Layout == PixelLayout.Nhwc) return ((int)shape[2], (int)shape[1]);
        throw new BadModelException(
            $"{model.Name}: the output '{settings.Output}' has the shape {OnnxValue.ShapeText([.. shape.ToArray().Select(d => (long?)d)])}; "
            + $"an image was expected, {(settings.Layout == PixelLayout.Nchw ? "1×3×H×W" : "1×H×W×3")}.");
    }

    private static OnnxValue Single(OnnxModel model, List<OnnxValue> outputs)
    {
        if (outputs.Count == 1) return outputs[0];
        var images = outputs.Where(o => Layout(ShapeOf(model, o)) is not null).ToList();
        return images.Count == 1 ? images[0] : throw new BadModelException(
            $"{model.Name}: expected one output that is an image (N×3×H×W or N×H×W×3), found {images.Count} among {Names(outputs)}.");
    }

    // Exporters often omit output sizes; shape inference finds them.
    private static long?[] ShapeOf(OnnxModel model, OnnxValue output)
    {
        var worked = new ShapeInference(model, model.Inputs)[output.Name].Shape;
        if (worked is { Length: 4 } && output.Shape.Count != 4) return worked;
        return worked is { Length: 4 } ? [.. output.Shape.Zip(worked, (declared, found) => found ?? declared)] : [.. output.Shape];
    }

    private static PixelLayout? Layout(long?[] shape) => shape switch
    {
        [_, 3, _, _] => PixelLayout.Nchw,
        [_, _, _, 3] => PixelLayout.Nhwc,
        _ => null,
    };

    private static string Names(IEnumerable<OnnxValue> values) => string.Join(", ", values.Select(v => v.ToString()));
}
