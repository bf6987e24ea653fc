using Microsoft.ML.OnnxRuntime;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Standalone;

/// <summary>One run of a standalone network: its own boxes beside what the parser makes of the grids of the same run.</summary>
internal sealed record StandaloneRun(IReadOnlyList<Found> Own, IReadOnlyList<Found> Parsed)
{
    public static StandaloneRun Of(OnnxModel model, ObjectDetectorOptions options, byte[]? pixels = null, int seed = 0)
    {
        var network = DetectionNetwork.Of(model, options);
        var (input, settings) = (network.Input, network.Settings);
        // A network of one channel takes colours when it is saved.
        long[] shape = input.Channels == 1 ? [1, 3, input.Height, input.Width] : input.Shape;
        if (pixels is null) new Random(seed).NextBytes(pixels = new byte[3 * input.Height * input.Width]);
        using var session = new InferenceSession(StandaloneDetector.Build(network).ToBytes());
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        string[] outputs = [StandaloneDetector.Boxes, StandaloneDetector.Scores, StandaloneDetector.ClassIndices, StandaloneDetector.Labels, .. settings.Outputs.Select(o => o.Name)];
        using var results = session.Run(run, [PipelineColumns.Pixels], [value], outputs);
        var numbers = settings.Outputs.Select((_, i) => results[4 + i].GetTensorDataAsSpan<float>().ToArray()).ToArray();
        var values = settings.Outputs.Zip(numbers, (o, n) => new HeadValues(n, o.Shape)).ToArray();
        var whole = new ImageGeometry(input.Width, input.Height, input.Width, input.Height, 1, 1, 0, 0);
        var own = Read(results, input.Width, input.Height);
        if (!numbers.Any(n => n.Any(float.IsNaN))) return new(own, settings.CreateParser().Parse(values, whole, settings.Detection));
        // The parser refuses what is not a number; ML.NET alone cannot.
        Assert.ThrowsExactly<BadModelException>(() => settings.CreateParser().Parse(values, whole, settings.Detection));
        return new(own, []);
    }

    /// <summary>The same boxes, one for one, scores best first.</summary>
    public void AssertAgree()
    {
        Assert.HasCount(Parsed.Count, Own);
        Assert.IsTrue(Own.Zip(Own.Skip(1)).All(p => p.First.Score >= p.Second.Score), "best score first");
        List<Found> left = [.. Own];
        foreach (var expected in Parsed)
        {
            var twin = left.FindIndex(d => d.ClassIndex == expected.ClassIndex && d.Label == expected.Label
                && MathF.Abs(d.Score - expected.Score) < 1e-4f && Same(d.Box, expected.Box));
            Assert.IsGreaterThanOrEqualTo(0, twin, $"{expected} is missing among {left.Count}");
            left.RemoveAt(twin);
        }
    }

    /// <summary>Slivers of a thousandth of a pixel are rounding; theirs are compared by their edges.</summary>
    private static bool Same(BoundingBox a, BoundingBox b) => MathF.Min(b.Width, b.Height) > 0.1f
        ? BoundingBox.IoU(a, b) > 0.999f
        : MathF.Max(MathF.Max(MathF.Abs(a.Left - b.Left), MathF.Abs(a.Top - b.Top)), MathF.Max(MathF.Abs(a.Right - b.Right), MathF.Abs(a.Bottom - b.Bottom))) < 1e-3f;

    private static List<Found> Read(IReadOnlyList<OrtValue> results, int width, int height)
    {
        var boxes = results[0].GetTensorDataAsSpan<float>();
        var scores = results[1].GetTensorDataAsSpan<float>();
        var classes = results[2].GetTensorDataAsSpan<int>();
        var labels = results[3].GetStringTensorAsArray();
        List<Found> found = [];
        for (var i = 0; i < scores.Length; i++)
        {
            var box = boxes[(4 * i)..];
            found.Add(new(labels[i], classes[i], scores[i], new(box[0] * width, box[1] * height, box[2] * width, box[3] * height)));
        }
        return found;
    }
}
