using MlNetVision.Detection;
using MlNetVision.Onnx.Tests.Import.Darknet;

namespace MlNetVision.Tests.Detection.Darknet;

/// <summary>A hierarchy of eleven classes on four levels, with groups of one, two and three.</summary>
internal static class TestTree
{
    public static readonly string[] Names = ["animal", "thing", "dog", "cat", "bird", "chair", "terrier", "hound", "beagle", "wolfhound", "tabby"];

    public static readonly int[] Parents = [-1, -1, 0, 0, 0, 1, 2, 2, 7, 7, 3];

    public static int Count => Names.Length;

    public static string Text => string.Concat(Names.Select((name, i) => $"{name} {Parents[i]}\n"));

    /// <summary>As <see cref="HeadNetwork.Decode"/>, with another threshold of the hierarchy.</summary>
    public static IReadOnlyList<MlNetVision.Detection.Detection> DecodeAt(HeadNetwork network, Grid image, float confidence, float threshold)
    {
        var model = network.Open();
        var head = (YoloTreeHead)DetectionHeads.Of(model)!.Single() with { HierarchyThreshold = threshold };
        var output = NetworkRunner.Run(model, image.Values)[head.Output];
        List<DetectionCandidate> candidates = [];
        ((IDetectionHead)head).CreateDecoder(image.Width, image.Height).Decode(
            [new HeadValues(output.Values, output.Shape)], ClassThresholds.From(new() { Confidence = confidence }, Names), candidates);
        return [.. candidates.Select(c => new MlNetVision.Detection.Detection(Names[c.ClassIndex], c.ClassIndex, c.Score, c.Box))];
    }

    /// <summary>Each class's probability among the children of its parent.</summary>
    public static float[] Conditional(float[] raw) => [.. Enumerable.Range(0, Count).Select(c =>
        (float)(Math.Exp(raw[c]) / Enumerable.Range(0, Count).Where(s => Parents[s] == Parents[c]).Sum(s => Math.Exp(raw[s]))))];

    /// <summary>The class that a cell with these raw values is called, by the recursion of YOLO9000 in double precision, as Darknet has it.</summary>
    public static int Top(double[] raw, double threshold)
    {
        var own = new double[Count];
        for (var c = 0; c < Count; c++)
        {
            var siblings = Enumerable.Range(0, Count).Where(s => Parents[s] == Parents[c]);
            own[c] = Math.Exp(raw[c]) / siblings.Sum(s => Math.Exp(raw[s])) * (Parents[c] < 0 ? 1 : own[Parents[c]]);
        }
        var (called, product) = (-1, 1.0);
        while (true)
        {
            var children = Enumerable.Range(0, Count).Where(c => Parents[c] == called).ToArray();
            if (children.Length == 0) return called;
            var best = children.MaxBy(c => own[c]);
            product *= own[best];
            if (product <= threshold) return called < 0 ? best : called;
            called = best;
        }
    }
}
