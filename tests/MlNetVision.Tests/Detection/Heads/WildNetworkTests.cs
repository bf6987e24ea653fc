using System.Text.Json;
using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

/// <summary>
/// Networks as people have them (<c>../shared/models/wild</c>), against what an independent program answers: each family's published decoding, written
/// naively in numpy on bare ONNX Runtime (<c>../shared/goldens/wild</c>).
/// </summary>
[TestClass]
public class WildNetworkTests
{
    [TestMethod]
    [DataRow("yolov8n-int8-b", "v8", 0.25f)]
    [DataRow("yolo11n-int8", "v8", 0.25f)]
    [DataRow("yolo11n-face-int8", "v8", 0.25f)]
    [DataRow("yolov8n-seg-int8", "v8seg", 0.25f)]
    [DataRow("yolo26n-int8", "e2e", 0.25f)]
    [DataRow("yolox-nano-megvii", "yolox", 0.25f)]
    [DataRow("fastestdet", "fastestdet", 0.25f)]
    [DataRow("ultraface-rfb-320", "ultraface", 0.7f)]
    [DataRow("yunet-n-320", "yunet", 0.6f)]
    [DataRow("yunet-2021", "yunet", 0.6f)]
    [DataRow("blazeface-a", "blazeface", 0.5f)]
    public void Detect_NetworkOfTheFamily_AsAnIndependentProgram(string model, string family, float threshold)
    {
        // A golden box whose score is near the threshold may be found below it.
        using var detector = ObjectDetector.Load(Shared.Path("models", "wild", $"{model}.onnx"), new()
        {
            Adjust = usual => usual with { Confidence = threshold - 0.05f },
        });
        var (expected, missing, extra) = (0, new List<string>(), new List<string>());
        foreach (var (image, golden) in Read(model, family))
        {
            var found = detector.Detect(Shared.Path("data", "images", image)).Detections;
            expected += golden.Count;
            missing.AddRange(golden.Where(g => !found.Any(f => Same(f, g))).Select(g => $"{image}: {g.Detection}"));
            extra.AddRange(found.Where(f => f.Score > threshold + 0.1f && !golden.Any(g => Close(f, g))).Select(f => $"{image}: {f}"));
        }

        Assert.IsGreaterThan(0, expected);
        Assert.IsLessThanOrEqualTo(0.03 * expected, missing.Count, string.Join('\n', missing));
        Assert.IsEmpty(extra, string.Join('\n', extra));
    }

    [TestMethod]
    public void Detect_SegmentingNetwork_MasksAsAnIndependentProgram()
    {
        const string Model = "yolov8n-seg-int8";
        using var detector = ObjectDetector.Load(Shared.Path("models", "wild", $"{Model}.onnx"));
        var (compared, low) = (0, new List<string>());
        foreach (var (image, golden) in Read(Model, "v8seg"))
        {
            var found = detector.Detect(Shared.Path("data", "images", image)).Detections;
            using var numbers = RgbImage.Load(Shared.Path("goldens", "wild", Model, System.IO.Path.ChangeExtension(image, ".png")));
            for (var i = 0; i < golden.Count; i++)
            {
                var mask = found.Where(f => Same(f, golden[i])).Select(f => f.Mask).FirstOrDefault();
                if (mask is null) continue;
                compared++;
                // Of several masks the best one is drawn: pixels of better ones are left out of the comparison.
                var (common, either) = (0, 0);
                for (var at = 0; at < numbers.Width * numbers.Height; at++)
                {
                    var number = numbers.Pixels[4 * at];
                    if (number != 0 && number < i + 1) continue;
                    var isFound = mask.Contains(at % numbers.Width, at / numbers.Width);
                    if (isFound || number == i + 1) either++;
                    if (isFound && number == i + 1) common++;
                }
                if (common < 0.9 * either) low.Add($"{image}: {golden[i].Detection}: {common} of {either}");
            }
        }

        Assert.IsGreaterThan(10, compared);
        Assert.IsLessThanOrEqualTo(0.03 * compared, low.Count, string.Join('\n', low));
    }

    private static bool Same(MlNetVision.Detection.Detection found, Golden golden) => found.ClassIndex == golden.Detection.ClassIndex
        && BoundingBox.IoU(found.Box, golden.Detection.Box) >= 0.85f && Math.Abs(found.Score - golden.Detection.Score) <= 0.05f
        && Points(found, golden);

    private static bool Close(MlNetVision.Detection.Detection found, Golden golden) =>
        found.ClassIndex == golden.Detection.ClassIndex && BoundingBox.IoU(found.Box, golden.Detection.Box) >= 0.5f;

    private static bool Points(MlNetVision.Detection.Detection found, Golden golden) => golden.Points is null
        || found.KeyPoints is { } points && points.Count == golden.Points.Length
        && points.Zip(golden.Points).All(p => MathF.Abs(p.First.X - p.Second[0]) < 3 && MathF.Abs(p.First.Y - p.Second[1]) < 3);

    private static List<(string Image, List<Golden> Detections)> Read(string model, string family) =>
        [.. File.ReadLines(Shared.Path("goldens", "wild", $"{model}.{family}.jsonl")).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return (json.RootElement.GetProperty("image").GetString()!,
                json.RootElement.GetProperty("detections").EnumerateArray().Select(Parse).ToList());
        })];

    private static Golden Parse(JsonElement e)
    {
        var box = e.GetProperty("box");
        float Edge(string name) => box.GetProperty(name).GetSingle();
        return new(
            new(e.GetProperty("label").GetString()!, e.GetProperty("classIndex").GetInt32(), e.GetProperty("score").GetSingle(),
                new(Edge("left"), Edge("top"), Edge("right"), Edge("bottom"))),
            e.TryGetProperty("keypoints", out var points)
                ? [.. points.EnumerateArray().Select(p => p.EnumerateArray().Select(n => n.GetSingle()).ToArray())] : null);
    }

    private sealed record Golden(MlNetVision.Detection.Detection Detection, float[][]? Points);
}
