using System.Text;
using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>What detection heads read from a network's metadata, as trainers write it.</summary>
internal static class HeadTargets
{
    private const int Side = 64, Cells = 84; // at strides of 8, 16 and 32

    public static IEnumerable<FuzzTarget> All =>
    [
        new("head-metadata", "metadata of detectors: names, task, kpt_shape, args, imgsz, stride", "txt", () => Corpus.Of("head-metadata"), _ => Read)
        {
            Refusals = [typeof(BadModelException)], Damage = TextDamage.Apply, Share = 0.5,
        },
    ];

    /// <summary>The outputs of each task for the two classes and four key points of the sound inputs.</summary>
    private static readonly (string Name, long[] Shape)[][] Forms =
    [
        [("output0", [1, 6, Cells])],
        [("output0", [1, 18, Cells])],
        [("output0", [1, 7, Cells])],
        [("output0", [1, 14, Cells]), ("output1", [1, 8, 16, 16])],
        [("output0", [1, 300, 6])],
        [("output0", [1, 3 * Cells, 7])],
    ];

    private static void Read(byte[] bytes)
    {
        BadModelException? refusal = null;
        var accepted = 0;
        foreach (var form in Forms)
        foreach (var isFree in new[] { false, true })
        {
            try
            {
                Load(form, isFree, Encoding.UTF8.GetString(bytes));
                accepted++;
            }
            catch (BadModelException e)
            {
                refusal = e;
            }
        }
        // Metadata is that of one of the networks.
        if (accepted == 0) throw refusal!;
    }

    private static void Load((string Name, long[] Shape)[] outputs, bool isFree, string metadata)
    {
        var graph = new GraphWriter("head");
        long side = isFree ? -1 : Side;
        graph.Input("images", DataType.Float, 1, 3, side, side);
        foreach (var (name, shape) in outputs) graph.Output(name, graph.Floats(new float[shape.Aggregate(1L, (p, d) => p * d)], shape), DataType.Float, shape);
        var model = graph.Build("head.onnx");
        foreach (var line in metadata.Split('\n'))
            if (line.Split(": ", 2) is [{ Length: > 0 } key, var value] && !key.StartsWith(VisionMetadata.Prefix, StringComparison.Ordinal)) model.Metadata[key] = value;
        foreach (var line in DetectionHeads.Describe(model)) GC.KeepAlive(line);
        using var detector = ObjectDetector.Load(model, new() { FitsSize = isFree });
        if (detector.Labels.Count == 0 || detector.Labels.Count != detector.Network.Settings.Heads.Single().Classes) throw new WrongResultException("classes and names differ in number");
        if (detector.Network.Sizes is { } sizes && sizes.For(1, 100_000) is var (width, height) && (width < 1 || height < 1 || width % sizes.Stride != 0 || height % sizes.Stride != 0))
            throw new WrongResultException($"an input of {width}×{height} at a stride of {sizes.Stride}");
    }
}
