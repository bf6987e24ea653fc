using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Classification;

/// <summary>
/// A classifier turned into a network that slides: an image of any size in, a map of class scores out. A fully connected layer over
/// a map of h × w positions is a convolution with a kernel of that size, one over pooled features a 1 × 1 convolution (Long et al.,
/// arXiv:1411.4038, section 3.1); overlapping windows share their computation.
/// </summary>
/// <param name="Model">
/// One output, N × classes × rows × columns; 1 × 1 at the window's size unless a pooling was removed. The input's height and width are free.
/// </param>
/// <param name="WindowWidth">The width of the image that one position of a fully connected layer sees in the given network, in pixels.</param>
/// <param name="WindowHeight">Its height.</param>
/// <param name="X">Where the columns of the map lie in the input.</param>
/// <param name="Y">Where its rows lie.</param>
/// <param name="Classes">The number of classes.</param>
/// <remarks>
/// Where convolutions pad, a window inside an image sees its surroundings instead of zeros, so that scores differ a little from those
/// of the window cut out.
/// </remarks>
public sealed record SlidingNetwork(OnnxModel Model, int WindowWidth, int WindowHeight, SlidingAxis X, SlidingAxis Y, int Classes)
{
    /// <summary>Turns a classifier into a sliding network; the given one is not changed.</summary>
    /// <param name="classifier">A network with one image input, of fixed size or with the metadata <c>imgsz</c>, and one row of class scores.</param>
    /// <param name="pooling">How a global pooling is replaced. Default: <see cref="SlidingPooling.Window"/>.</param>
    /// <param name="softmax">Whether a softmax behind the scores is applied at each position; false: raw scores. Default: true.</param>
    /// <exception cref="BadModelException">A layer behind the last map cannot be applied at each position; the message names it.</exception>
    public static SlidingNetwork Of(OnnxModel classifier, SlidingPooling pooling = SlidingPooling.Window, bool softmax = true)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        KnownValue.Require<SlidingPooling>(pooling, "Pooling");
        classifier.Check();
        var model = FloatEnds.Widen(classifier).Clone();
        InitializerInputs.Remove(model);
        var (width, height) = Window(model);
        InputShape.SetSize(model, height, width);
        var tail = ClassifierTail.Of(model);
        var rewriter = new TailRewriter(model, tail, pooling);
        var output = rewriter.Rewrite(softmax);
        model.Graph.Output.Clear();
        InputShape.SetSize(model, null, null);
        model.Graph.Output.Add(GraphCutter.Describe(output, new ShapeInference(model, model.Inputs)[output]));
        model.SetImageSize(height, width);
        model.Check();
        var (rows, columns) = Positions(model, height, width);
        var (farRows, farColumns) = Positions(model, height + SlidingAxis.Far, width + SlidingAxis.Far);
        if (farRows <= rows || farColumns <= columns)
            throw new BadModelException(
                $"{model.Name}: the map '{tail.Map}' does not grow with the image: the network has fixed sizes in its layers.");
        return new SlidingNetwork(
            model, width, height, SlidingAxis.Of(width, columns, farColumns), SlidingAxis.Of(height, rows, farRows), rewriter.Channels);
    }

    /// <summary>Rows and columns of the map of scores for an input of a size; 0 where shape inference fails.</summary>
    private static (long Rows, long Columns) Positions(OnnxModel model, int height, int width)
    {
        var input = model.Inputs[0];
        long?[] shape = InputShape.Layout(input.Shape, orGrey: true) == PixelLayout.Nchw
            ? [1, input.Shape[1], height, width]
            : [1, height, width, input.Shape[3]];
        return new ShapeInference(model, [input with { Shape = shape }])[model.Outputs[0].Name].Shape is [_, _, { } rows, { } columns]
            ? (rows, columns)
            : (0, 0);
    }

    private static (int Width, int Height) Window(OnnxModel model)
    {
        if (model.Inputs is not [{ Shape: [_, _, _, _] shape }] || InputShape.Layout(shape, orGrey: true) is not { } layout)
            throw new BadModelException($"{model.Name}: expected one input that takes an image, found {string.Join("; ", model.Inputs)}.");
        var (height, width) = layout == PixelLayout.Nchw ? (shape[2], shape[3]) : (shape[1], shape[2]);
        var stated = model.GetImageSize();
        return ((int)(width ?? stated?.Width ?? throw Unknown()), (int)(height ?? stated?.Height ?? throw Unknown()));

        BadModelException Unknown() =>
            new($"{model.Name}: the input {model.Inputs[0]} has a free size, and the metadata '{VisionMetadata.ImageSizeKey}' ([height, width]) is "
                + "missing.");
    }
}

/// <summary>How a sliding network replaces a global pooling.</summary>
public enum SlidingPooling
{
    /// <summary>The mean over each window of the size that the network was trained at: its scores for that part of the image.</summary>
    Window,

    /// <summary>
    /// No mean: each position is scored by itself. These are class activation maps (Zhou et al., arXiv:1512.04150, section 2),
    /// whose mean is the network's raw score. Networks without global pooling are not affected.
    /// </summary>
    None,
}

/// <summary>The positions of the rows or columns of a sliding network's map in its input.</summary>
/// <param name="Stride">Pixels from one to the next.</param>
/// <param name="First">The centre of the first one's window, in pixels from the edge of the input.</param>
public readonly record struct SlidingAxis(float Stride, float First)
{
    // A multiple of all usual strides, so that rounding at the edges does not change the quotient.
    internal const int Far = 20_160;

    /// <param name="window">The length of the input that the network was trained at.</param>
    /// <param name="positions">The positions of the map at that length.</param>
    /// <param name="farPositions">Those of an input longer by <see cref="Far"/>.</param>
    internal static SlidingAxis Of(int window, long positions, long farPositions)
    {
        var stride = (float)Far / (farPositions - positions);
        return new(stride, (window - ((positions - 1) * stride)) / 2);
    }
}
