using System.Text.Json.Serialization;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Segmentation;

/// <summary>The output of a segmentation network that holds the classes.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Form">What it holds.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Height">Rows of the output, which may be fewer than the input's.</param>
/// <param name="Width">Columns of the output.</param>
/// <param name="Probabilities">Whether the network itself applies a softmax.</param>
internal sealed record SegmentationOutput(string Name, SegmentationForm Form, int Classes, int Height, int Width, bool Probabilities)
{
    /// <summary>The value of a matte above which a pixel is foreground; null: 0.5.</summary>
    public float? Threshold { get; init; }

    /// <summary>Whether it holds one value for each pixel, of which <see cref="MatteScores"/> makes the scores of two classes.</summary>
    [JsonIgnore]
    public bool IsMatte => Form is SegmentationForm.Matte or SegmentationForm.MatteLogits;

    /// <summary>Elements of the whole output.</summary>
    public int Length => checked(Height * Width * Channels);

    /// <summary>Checks numbers that a saved model states.</summary>
    /// <exception cref="BadModelException">They are impossible.</exception>
    public void Check(string model)
    {
        const int MostPixels = 1 << 30;
        var elements = (Int128)Height * Width * Channels;
        if (IsMatte && Classes != 2)
            throw new BadModelException(FormattableString.Invariant($"{model}: its saved settings state a matte of {Classes} classes, not 2."));
        if (Height < 1 || Width < 1 || Classes is < 1 or > SegmentationMask.MaxClasses || elements > MostPixels)
            throw new BadModelException(
                FormattableString.Invariant($"{model}: its saved settings state {Classes} classes of {Height}×{Width} pixels, which cannot be."));
    }

    /// <summary>The stride from a score to that of the next class at the same pixel.</summary>
    public int ClassStride => Form == SegmentationForm.ScoresNchw || IsMatte ? Height * Width : 1;

    /// <summary>The stride from a score to that of the same class at the next pixel.</summary>
    public int PixelStride => Form == SegmentationForm.ScoresNhwc ? Classes : 1;

    private int Channels => Form is SegmentationForm.ScoresNchw or SegmentationForm.ScoresNhwc ? Classes : 1;
}

/// <summary>The form of a segmentation network's output.</summary>
public enum SegmentationForm
{
    /// <summary>Scores <c>N × C × H × W</c> (PyTorch): the class of a pixel is that of its largest score.</summary>
    ScoresNchw,

    /// <summary>Scores <c>N × H × W × C</c> (TensorFlow).</summary>
    ScoresNhwc,

    /// <summary>Class indices <c>N × H × W</c>, or with an axis of one channel, of int64, int32, uint8 or float.</summary>
    ClassMap,

    /// <summary>
    /// A matte: one value of 0 to 1 for each pixel, <c>N × 1 × H × W</c>, <c>N × H × W × 1</c> or <c>N × H × W</c> (portrait and matting networks).
    /// The classes are background and foreground; cut-outs take the value itself.
    /// </summary>
    Matte,

    /// <summary>A matte before its logistic function, which is applied.</summary>
    MatteLogits,
}

/// <summary>Finds the output that holds the classes, and its form. An ambiguity is an error, never a guess.</summary>
internal static class SegmentationOutputReader
{
    /// <param name="model">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="labels">The class names, or null.</param>
    /// <param name="name">The output; null takes the only one, or the one called <c>out</c> (torchvision has an auxiliary one beside it).</param>
    /// <param name="form">Its form; null reads it from type and shape.</param>
    public static SegmentationOutput Of(OnnxModel model, NetworkInput input, IReadOnlyList<string>? labels, string? name, SegmentationForm? form)
    {
        var output = Choose(model, name);
        var shape = Shape(model, input, output);
        var read = form ?? FormOf(model, output, input, shape, labels);
        var scores = read is SegmentationForm.ScoresNchw or SegmentationForm.ScoresNhwc;
        var matte = read is SegmentationForm.Matte or SegmentationForm.MatteLogits;
        if (matte && output.Type != TensorProto.Types.DataType.Float) throw Unfit(model, output, shape, $"float was expected for {read}");
        if (scores && (shape.Length != 4 || output.Type != TensorProto.Types.DataType.Float))
            throw Unfit(model, output, shape, $"4 axes of float were expected for {read}");
        var (classes, height, width) = read switch
        {
            SegmentationForm.ScoresNchw => (shape[1], shape[2], shape[3]),
            SegmentationForm.ScoresNhwc => (shape[3], shape[1], shape[2]),
            _ => MapSize(model, output, shape, labels),
        };
        if (matte) classes = 2;
        if (classes is < 2 or > SegmentationMask.MaxClasses)
            throw Unfit(model, output, shape, $"2 to {SegmentationMask.MaxClasses} classes were expected, these are {classes}");
        return new SegmentationOutput(
            output.Name, read, (int)classes, (int)height, (int)width, scores && NetworkEnd.SoftmaxInput(model, output.Name) is not null);
    }

    private static OnnxValue Choose(OnnxModel model, string? name)
    {
        var outputs = model.Outputs;
        var found = name is not null ? outputs.FirstOrDefault(o => o.Name == name)
            : outputs.Count == 1 ? outputs[0]
            : outputs.FirstOrDefault(o => o.Name == "out");
        return found ?? throw new BadModelException(name is null
            ? $"{model.Name}: has {outputs.Count} outputs; name the one that holds the classes or the matte by --output-name (Output): {OutputList.Of(model)}."
                + (AreMattes(outputs) ? " Of U²-Net and its relatives, which give a matte of each depth, it is the first." : "")
            : $"{model.Name}: has no output '{name}'. Outputs: {OutputList.Of(model)}.");
    }

    /// <summary>Whether all outputs have one channel and the same shape, as the side outputs of U²-Net (arXiv:2005.09007, section 3.3).</summary>
    private static bool AreMattes(IReadOnlyList<OnnxValue> outputs) =>
        outputs.All(o => o.Type == TensorProto.Types.DataType.Float && o.Shape is [_, 1, _, _] && o.Shape.SequenceEqual(outputs[0].Shape));

    private static long[] Shape(OnnxModel model, NetworkInput input, OnnxValue output)
    {
        if (output.Shape.Count > 0 && output.Shape.Skip(1).All(d => d is > 0)) return [.. output.Shape.Select(d => d ?? 1)];
        using var session = new NetworkSession(model, input, [output.Name], Environment.ProcessorCount);
        var run = session.Rent();
        var shape = run.Run(Imaging.PixelNormalization.Raw)[0].Shape;
        session.Return(run);
        return shape;
    }

    private static SegmentationForm FormOf(OnnxModel model, OnnxValue output, NetworkInput input, long[] shape, IReadOnlyList<string>? labels)
    {
        if (output.Type != TensorProto.Types.DataType.Float || shape.Length == 3 || shape is [_, 1, _, _] or [_, _, _, 1])
        {
            var (_, height, width) = MapSize(model, output, shape, labels);
            if (!LikeInput(height, width)) throw Unfit(model, output, shape, $"a map of classes in the proportion of {input.Height}×{input.Width} was expected");
            return output.Type == TensorProto.Types.DataType.Float
                ? OfOneValue(NetworkEnd.Last(model, output.Name)?.OpType, labels)
                : SegmentationForm.ClassMap;
        }
        if (shape.Length != 4) throw Unfit(model, output, shape, "4 axes of scores or 3 of class indices were expected");
        var first = labels is null ? LikeInput(shape[2], shape[3]) : shape[1] == labels.Count;
        var last = labels is null ? LikeInput(shape[1], shape[2]) : shape[3] == labels.Count;
        if (first != last) return first ? SegmentationForm.ScoresNchw : SegmentationForm.ScoresNhwc;
        var expected = labels is null
            ? $"an axis of classes beside two in the proportion of {input.Height}×{input.Width}"
            : $"an axis of {labels.Count} classes";
        throw Unfit(model, output, shape, first ? "it may be N×C×H×W or N×H×W×C: state which by --form (Form)" : $"{expected} was expected");

        bool LikeInput(long height, long width) => height * input.Width == width * input.Height;
    }

    /// <summary>
    /// Floats of one channel are a matte where the last layer is a logistic function, or a convolution and there are no names of further classes;
    /// else class indices.
    /// </summary>
    private static SegmentationForm OfOneValue(string? last, IReadOnlyList<string>? labels) => last switch
    {
        "Sigmoid" or "HardSigmoid" => SegmentationForm.Matte,
        "Conv" or "ConvTranspose" or "QLinearConv" when labels is not { Count: > 2 } => SegmentationForm.MatteLogits,
        _ => SegmentationForm.ClassMap,
    };

    private static (long Classes, long Height, long Width) MapSize(OnnxModel model, OnnxValue output, long[] shape, IReadOnlyList<string>? labels)
    {
        var (height, width) = shape switch
        {
            [_, var h, var w] => (h, w),
            [_, 1, var h, var w] => (h, w),
            [_, var h, var w, 1] => (h, w),
            _ => throw Unfit(model, output, shape, "N×H×W, or an axis of one channel beside, was expected"),
        };
        return (labels?.Count ?? SegmentationMask.MaxClasses, height, width);
    }

    private static BadModelException Unfit(OnnxModel model, OnnxValue output, long[] shape, string why) =>
        new($"{model.Name}: the output '{output.Name}' holds {output.Type} of the shape {string.Join('×', shape)}; {why}.");
}
