using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Segmentation;

/// <summary>Makes masks of a network's raw output. Thread-safe.</summary>
/// <param name="settings">The settings of the chain.</param>
/// <param name="model">The model's name in messages.</param>
internal sealed class MaskParser(SegmentationSettings settings, string model = "the network")
{
    private readonly SegmentationOutput _output = settings.Output;

    public SegmentationMask Parse(Array values, ImageGeometry geometry)
    {
        if (values.Length != _output.Length)
            throw new BadModelException($"{model}: the output '{_output.Name}' gave {values.Length} elements; {_output.Length} were expected.");
        var scores = _output.Form == SegmentationForm.ClassMap ? null : (float[])values;
        if (scores is not null) NetworkValues.RequireNumbers(scores, $"{model}: the output '{_output.Name}'");
        if (_output.IsMatte) scores = MatteScores.Of(scores!, _output, model);
        var coarse = scores is null ? ClassIndexMaps.ToBytes(values, _output.Classes, model) : ScoreMaps.Largest(scores, _output);
        var confidence = scores is not null && settings.WithConfidence ? new ConfidenceMap(scores, _output) : null;
        if (settings.AtNetworkSize) return Mask(_output.Width, _output.Height, coarse, confidence?.At(coarse));

        var columns = new AxisSamples(geometry.ImageWidth, geometry.ScaleX, geometry.OffsetX, geometry.NetworkWidth, _output.Width);
        var rows = new AxisSamples(geometry.ImageHeight, geometry.ScaleY, geometry.OffsetY, geometry.NetworkHeight, _output.Height);
        var classes = GC.AllocateUninitializedArray<byte>(checked(geometry.ImageWidth * geometry.ImageHeight));
        if (scores is null || settings.Upsampling == MaskUpsampling.Classes) ClassIndexMaps.Nearest(coarse, _output.Width, columns, rows, classes);
        else ScoreMaps.Upsample(scores, _output, coarse, columns, rows, classes);
        return Mask(geometry.ImageWidth, geometry.ImageHeight, classes, confidence?.Upsample(classes, columns, rows));
    }

    private SegmentationMask Mask(int width, int height, byte[] classes, float[]? confidence) =>
        new(width, height, classes, settings.Labels, confidence) { IsMatte = _output.IsMatte };
}

/// <summary>Maps of class indices.</summary>
internal static class ClassIndexMaps
{
    /// <summary>Class indices of any type as bytes.</summary>
    /// <param name="values">The indices.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="model">The model's name in messages.</param>
    /// <exception cref="BadModelException">An index is negative, fractional, or beyond the classes.</exception>
    public static byte[] ToBytes(Array values, int classes, string model)
    {
        var bytes = new byte[values.Length];
        switch (values)
        {
            case byte[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case int[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case long[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case float[] v:
                for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i] == MathF.Floor(v[i]) ? (long)v[i] : -1, classes, model, i);
                break;
            default:
                throw new BadModelException(
                    $"{model}: a class map of {values.GetType().GetElementType()} elements; expected int64, int32, uint8 or float.");
        }
        return bytes;
    }

    /// <summary>Assigns the class of the nearest element to every pixel.</summary>
    public static void Nearest(ReadOnlySpan<byte> coarse, int width, AxisSamples columns, AxisSamples rows, Span<byte> target)
    {
        var pixels = columns.Low.Length;
        var nearest = new int[pixels];
        for (var x = 0; x < pixels; x++) nearest[x] = columns.Nearest(x);
        for (var y = 0; y < rows.Low.Length; y++)
        {
            var source = coarse.Slice(rows.Nearest(y) * width, width);
            var row = target.Slice(y * pixels, pixels);
            for (var x = 0; x < row.Length; x++) row[x] = source[nearest[x]];
        }
    }

    private static byte Checked(long value, int classes, string model, int at) => value >= 0 && value < classes
        ? (byte)value
        : throw new BadModelException(
            $"{model}: the class map holds {value} at element {at}; the {classes} classes 0 to {classes - 1} were expected.");
}
