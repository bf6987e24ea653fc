using System.Text.Json;
using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>
/// The head of FastestDet (dog-qiuqiu/FastestDet, <c>module/detector.py</c>, <c>utils/tool.py</c>): one output <c>1 × (5 + classes) × H × W</c>.
/// Channels: objectness, x, y, width, height, then the classes; objectness and classes are probabilities already. The centre is (column + tanh x) / W,
/// the width σ(w), in parts of the input; a score is objectness^0.6 · class^0.4. Images are BGR of 0 to 1, stretched.
/// </summary>
internal sealed record FastestDetHead : FamilyHead
{
    private const string Name = "fastestdet";
    private const int BoxValues = 5;
    private const float ObjectnessPower = 0.6f, ClassPower = 0.4f;

    private static readonly HeadConventions Own = new()
    {
        Preprocess = "bgr:0,0,0:255,255,255", Resize = ResizeMode.Stretch, Resampler = Resampler.HalfPixelBilinear, BestClassOnly = true, Stride = 16,
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.FastestDetHead, StoredHeadTypes.Default.FastestDetHeadArray, new HeadFamily(Name, "FastestDet head", Match));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => "FastestDet head";

    private int Channels => BoxValues + Classes;

    private static FastestDetHead? Match(NetworkForm form) =>
        form.Single is { Shape: [_, var channels, > 0, > 0] } output && form.ClassesIn(channels, BoxValues) is { } classes
        && (form.IsAsked || form.PartsOf(output.Name) is ["Sigmoid", not "Sigmoid", "Softmax"])
            ? new() { Outputs = [output.Name], Classes = classes }
            : null;

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[2] * outputs[0].Shape[3];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs is [{ Shape: [_, var channels, > 0, > 0] }] && channels == Channels ? null : $"1×{Channels}×rows×columns (5 + {Classes} classes)";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.FastestDetHead);

    private sealed class Decoder(FastestDetHead head, int networkWidth, int networkHeight) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var (memory, shape) = outputs[0];
            var values = memory.Span;
            var (height, width) = ((int)shape[2], (int)shape[3]);
            var cells = height * width;
            var classes = new float[head.Classes];
            for (var cell = 0; cell < cells; cell++)
            {
                var objectness = MathF.Pow(values[cell], ObjectnessPower);
                // Not "<": NaN is no candidate.
                if (!(objectness >= thresholds.Lowest)) continue;
                for (var c = 0; c < classes.Length; c++) classes[c] = MathF.Pow(values[(BoxValues + c) * cells + cell], ClassPower);
                if (!CandidateScores.MayReach(classes, objectness, thresholds)) continue;
                var (row, column) = Math.DivRem(cell, width);
                var box = BoundingBox.FromCenter(
                    (column + MathF.Tanh(values[cells + cell])) * networkWidth / width, (row + MathF.Tanh(values[2 * cells + cell])) * networkHeight / height,
                    CandidateScores.Logistic(values[3 * cells + cell]) * networkWidth, CandidateScores.Logistic(values[4 * cells + cell]) * networkHeight);
                CandidateScores.Add(candidates, thresholds, classes, objectness, new(box, 0, 0));
            }
        }
    }
}
