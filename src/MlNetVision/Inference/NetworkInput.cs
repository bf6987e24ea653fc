using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Inference;

/// <summary>
/// The image input of a network: one tensor <c>N × 3 × H × W</c> or <c>N × H × W × 3</c>; for some tasks also one of a single channel, grey.
/// </summary>
/// <param name="Name">The name of the ONNX input.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Layout">The order of the axes.</param>
/// <param name="Bytes">True for uint8 elements, which take raw values; false for float.</param>
public sealed record NetworkInput(string Name, int Width, int Height, PixelLayout Layout, bool Bytes)
{
    private const int Largest = 16_384;

    /// <summary>3, or 1 for a network that takes grey; see <see cref="TensorPacker.PackGrey(RgbImage, Span{byte})"/>. Default: 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>The number of images in a run. Default: 1.</summary>
    internal int Batch { get; init; } = 1;

    /// <summary>The number of elements of a batch of one.</summary>
    public int Length => checked(Width * Height * Channels);

    /// <summary>The dimensions of a batch of one, outermost first.</summary>
    public long[] Shape => Layout == PixelLayout.Nchw ? [1, Channels, Height, Width] : [1, Height, Width, Channels];

    /// <summary>
    /// Reads the input from the model. Where its height or width is free, the metadata <c>imgsz</c> states them.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="orGrey">Whether the task also takes images of one channel. Default: no.</param>
    /// <exception cref="BadModelException">The model does not have exactly one image input, or does not state its size.</exception>
    public static NetworkInput Of(OnnxModel model, bool orGrey = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Inputs.Count != 1)
        {
            throw new BadModelException(
                $"{model.Name}: expected one input that takes an image, found {model.Inputs.Count}: "
                + $"{string.Join(", ", model.Inputs.Select(i => i.Name))}.");
        }
        var input = model.Inputs[0];
        var bytes = input.Type == TensorProto.Types.DataType.Uint8;
        if (!bytes && input.Type != TensorProto.Types.DataType.Float)
            throw new BadModelException($"{model.Name}: the input '{input.Name}' holds {input.Type} elements; expected float or uint8.");
        var shape = input.Shape;
        if (InputShape.Layout(shape, orGrey) is not { } layout)
            throw new BadModelException(
                $"{model.Name}: the input '{input.Name}' has the shape {OnnxValue.ShapeText(shape)}; expected N×3×H×W or N×H×W×3"
                + $"{(orGrey ? ", or one channel of grey" : "")}.");
        if (shape[0] is > 1)
            throw new BadModelException($"{model.Name}: the input '{input.Name}' takes batches of {shape[0]}; expected 1 or a free batch.");
        var (height, width) = layout == PixelLayout.Nchw ? (shape[2], shape[3]) : (shape[1], shape[2]);
        if (height is null || width is null)
        {
            var stated = model.GetImageSize() ?? throw new BadModelException(
                $"{model.Name}: the input '{input.Name}' has the free shape {OnnxValue.ShapeText(shape)}, and the metadata '{VisionMetadata.ImageSizeKey}' "
                + "([height, width]) is missing; state the size: --size of detect, segment and classify, Size in code.");
            (height, width) = (height ?? stated.Height, width ?? stated.Width);
        }
        if (height is < 1 or > Largest || width is < 1 or > Largest)
            throw new BadModelException($"{model.Name}: the input '{input.Name}' is {width}×{height} pixels; expected 1 to {Largest}.");
        var channels = (int)(layout == PixelLayout.Nchw ? shape[1] : shape[3])!;
        return new NetworkInput(input.Name, (int)width, (int)height, layout, bytes) { Channels = channels };
    }

    /// <summary>Checks that an input normalisation fits the channels.</summary>
    /// <param name="preprocess">Its name.</param>
    /// <param name="model">The model's name in messages.</param>
    /// <exception cref="ArgumentException">The network takes grey, and the normalisation differs between channels.</exception>
    internal void RequireFits(string preprocess, string model)
    {
        if (Channels == 1 && !PixelNormalization.Parse(preprocess).IsUniform)
            throw new ArgumentException(
                $"{model} takes one channel of grey, but the input normalisation '{preprocess}' differs between channels; expected raw, unit, tf, or "
                + "grey:MEAN:DEVIATION such as grey:33.3:78.6.");
    }

    /// <summary>
    /// The network as tasks run it: a copy with float inputs and outputs in place of float16, and with a fixed input size where the size was free;
    /// the very model where neither changes.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="asked">The requested size; null: none.</param>
    /// <param name="otherwise">The side where neither the caller, the network nor its metadata states one; null: it stays free.</param>
    /// <exception cref="ArgumentException">The size is below 1×1, or the network has another fixed size.</exception>
    internal static OnnxModel Sized(OnnxModel model, (int Width, int Height)? asked, int? otherwise = null)
    {
        if (asked is { } a && (a.Width < 1 || a.Height < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The size {a.Width}×{a.Height} was asked for: 1×1 pixels or more was expected."));
        }
        model = FloatEnds.Widen(model);
        if (asked is null && otherwise is null) return model;
        if (model.Inputs is not [{ Shape: [_, _, _, _] shape }] || InputShape.Layout(shape, orGrey: true) is not { } layout) return model;
        var (height, width) = layout == PixelLayout.Nchw ? (shape[2], shape[3]) : (shape[1], shape[2]);
        if (asked is { } size && ((height ?? size.Height) != size.Height || (width ?? size.Width) != size.Width))
            throw new ArgumentException(
                FormattableString.Invariant($"{model.Name} takes images of {width}×{height} pixels only, not of {size.Width}×{size.Height}."));
        if (height is not null && width is not null) return model;
        var stated = model.GetImageSize();
        var sized = model.Clone();
        InputShape.SetSize(sized, height ?? asked?.Height ?? stated?.Height ?? otherwise, width ?? asked?.Width ?? stated?.Width ?? otherwise);
        return sized;
    }
}
