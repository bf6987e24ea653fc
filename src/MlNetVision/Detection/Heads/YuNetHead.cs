using System.Globalization;
using System.Text.Json;
using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>
/// The head of YuNet (ShiqiYu/libfacedetection.train; OpenCV, <c>modules/objdetect/src/face_detect.cpp</c>): for each of the strides 8, 16 and 32 the
/// outputs <c>cls_N</c>, <c>obj_N</c>, <c>bbox_N</c> and <c>kps_N</c>, <c>1 × cells × 1, 1, 4, 10</c>. A score is √(class · objectness); the centre is
/// (column + x) · stride, the width exp(w) · stride, and five key points are (column + x) · stride: right and left eye, nose, right and left corner of
/// the mouth. Images are BGR of 0 to 255, in the upper left corner on black; a network of free size takes them at their own size.
/// </summary>
internal sealed record YuNetHead : FamilyHead
{
    private const string Name = "yunet";
    private const int KeyPoints = 5;

    private static readonly int[] Strides = [8, 16, 32];
    private static readonly string[] Parts = ["cls", "obj", "bbox", "kps"];
    private static readonly int[] PartValues = [1, 1, 4, 2 * KeyPoints];

    private static readonly HeadConventions Own = new()
    {
        Preprocess = PixelNormalization.RawBgr.Name, Resampler = Resampler.HalfPixelBilinear, PadColor = new(0, 0, 0),
        Position = LetterboxPosition.TopLeft, Rounding = LetterboxRounding.Nearest, Stride = 32, TakesOwnSize = true, BestClassOnly = true,
        Confidence = 0.6f, IoU = 0.3f, Labels = ["face"],
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.YuNetHead, StoredHeadTypes.Default.YuNetHeadArray, new HeadFamily(Name, "YuNet head", Match));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => $"YuNet head with {KeyPoints} key points";

    private static YuNetHead? Match(NetworkForm form)
    {
        string[] names = [.. Strides.SelectMany(s => Parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}_{s}")))];
        if (form.Outputs.Count != names.Length || form.Classes is not (null or 1)) return null;
        return names.All(n => form.Outputs.Any(o => o.Name == n && o.Shape.Count == 3)) ? new() { Outputs = names, Classes = 1 } : null;
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs.Where((_, i) => i % Parts.Length == 0).Sum(o => o.Shape[1]);

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs)
    {
        var fits = outputs.Count == Strides.Length * Parts.Length && outputs.Select((o, i) =>
            o.Shape is [_, > 0 and var cells, var values] && cells == outputs[i / Parts.Length * Parts.Length].Shape[1]
            && values == PartValues[i % Parts.Length]).All(b => b);
        return fits ? null : "for each of three strides 1×cells×1, 1, 4 and 10";
    }

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YuNetHead);

    private sealed class Decoder(YuNetHead head, int width, int height) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            for (var level = 0; level < Strides.Length; level++) Decode(outputs, level, thresholds.Scores[0], candidates);
        }

        private void Decode(IReadOnlyList<HeadValues> outputs, int level, float least, List<DetectionCandidate> candidates)
        {
            var (stride, first) = (Strides[level], level * Parts.Length);
            var classes = outputs[first].Values.Span;
            var objectness = outputs[first + 1].Values.Span;
            var columns = GridLevels.Cells(width, stride);
            if (classes.Length != columns * GridLevels.Cells(height, stride))
                throw new BadModelException($"The output '{head.Outputs[first]}' has {classes.Length} cells, which are not those of an input of {width}×{height}.");
            for (var cell = 0; cell < classes.Length; cell++)
            {
                var score = MathF.Sqrt(Math.Clamp(classes[cell], 0, 1) * Math.Clamp(objectness[cell], 0, 1));
                if (!(score >= least)) continue;
                var (row, column) = Math.DivRem(cell, columns);
                var box = outputs[first + 2].Values.Span.Slice(4 * cell, 4);
                var points = outputs[first + 3].Values.Span.Slice(2 * KeyPoints * cell, 2 * KeyPoints).ToArray();
                for (var i = 0; i < points.Length; i++) points[i] = (points[i] + (i % 2 == 0 ? column : row)) * stride;
                candidates.Add(new(
                    BoundingBox.FromCenter((column + box[0]) * stride, (row + box[1]) * stride, MathF.Exp(box[2]) * stride, MathF.Exp(box[3]) * stride),
                    0, score, points));
            }
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            FacePoints.Complete(detection, geometry, KeyPoints, 2);
    }
}

/// <summary>Key points that a candidate carries in pixels of the network's input.</summary>
internal static class FacePoints
{
    /// <summary>A detection with its key points in pixels of the image.</summary>
    /// <param name="detection">The detection, with x, y (and the score) of each point as its extra values.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="count">The number of points.</param>
    /// <param name="values">The values of a point, 2 or 3.</param>
    public static Detection Complete(Detection detection, ImageGeometry geometry, int count, int values) =>
        new BoxExtras { KeyPoints = count, KeyPointValues = values }.Complete(detection, [], geometry);
}
