using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of UltraFace (Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB, <c>detect_imgs_onnx.py</c>, <c>vision/ssd/config/fd_config.py</c>):
/// <c>scores</c> 1 × boxes × 2, of background and face, and <c>boxes</c> 1 × boxes × 4, left, top, right, bottom of 0 to 1 across the input. There are
/// 3, 2, 2 and 3 boxes in each cell of the strides 8, 16, 32 and 64. Images are RGB, (x − 127) / 128, stretched.
/// </summary>
internal sealed record UltraFaceHead : FamilyHead
{
    private const string Name = "ultraface";

    private static readonly (int Stride, int Boxes)[] Levels = [(8, 3), (16, 2), (32, 2), (64, 3)];

    private static readonly HeadConventions Own = new()
    {
        Preprocess = "rgb:127,127,127:128,128,128", Resize = ResizeMode.Stretch, Resampler = Resampler.HalfPixelBilinear, BestClassOnly = true,
        Confidence = 0.7f, IoU = 0.3f, Labels = ["face"],
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.UltraFaceHead, StoredHeadTypes.Default.UltraFaceHeadArray, new HeadFamily(Name, "UltraFace head", Match));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => "UltraFace head";

    private static UltraFaceHead? Match(NetworkForm form)
    {
        if (form.Outputs.Count != 2 || form.Classes is not (null or 1)) return null;
        var scores = form.Outputs.FirstOrDefault(o => o.Shape is [_, _, 2]);
        var boxes = form.Outputs.FirstOrDefault(o => o.Shape is [_, _, 4]);
        if (scores is null || boxes is null || scores.Shape[1] != boxes.Shape[1]) return null;
        var count = Levels.Sum(l => GridLevels.Count(form.Width, form.Height, [l.Stride]) * l.Boxes);
        return form.IsAsked || boxes.Shape[1] == count ? new() { Outputs = [scores.Name, boxes.Name], Classes = 1 } : null;
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[1].Shape[1];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs is [{ Shape: [_, > 0 and var first, 2] }, { Shape: [_, var second, 4] }] && first == second ? null : "1×boxes×2 and 1×boxes×4";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        var count = outputs[1].Shape[1];
        return new(graph[Outputs[1]].Reshape(1, count, 4), graph[Outputs[0]].Reshape(count, 2).Slice(1, 2, axis: 1), count);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.UltraFaceHead);

    private sealed class Decoder(UltraFaceHead head, int width, int height) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var scores = outputs[0].Values.Span;
            var boxes = outputs[1].Values.Span;
            for (var i = 0; i < boxes.Length / 4; i++)
            {
                var score = scores[2 * i + 1];
                if (!(score >= thresholds.Scores[0])) continue;
                var box = boxes.Slice(4 * i, 4);
                candidates.Add(new(new(box[0] * width, box[1] * height, box[2] * width, box[3] * height), 0, score));
            }
        }
    }
}
