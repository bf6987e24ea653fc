using MlNetVision.Imaging;

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

    private SegmentationMask Mask(int width, int height, byte[] classes, float[]? confidence) => new(width, height, classes, settings.Labels, confidence);
}
