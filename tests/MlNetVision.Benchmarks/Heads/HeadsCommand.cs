using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Benchmarks;

/// <summary>
/// <c>heads</c>: decoding and suppression of the output of Ultralytics' networks, <c>1×84×8400</c>, beside one read of its numbers; and what an image of
/// 768×576 costs beside the network, for that head and for the three grids of YOLO v3, both at 640×640. Networks give constants, so that they cost next to
/// nothing themselves.
/// </summary>
internal static class HeadsCommand
{
    private const int Classes = 80, Boxes = 8400, Side = 640, Objects = 100;
    private const int Warmup = 50, Runs = 200;

    public static int Run(BenchmarkArguments arguments)
    {
        Decoding(arguments.Rounds);
        BesideTheNetwork(arguments.Rounds);
        return 0;
    }

    private static void Decoding(int rounds)
    {
        var head = DetectionHeads.Formats.First(f => f.Name == "yolov8")
            .FromJson($$"""{"outputs":["output0"],"classes":{{Classes}},"extras":{} }""");
        string[] labels = [.. Enumerable.Range(0, Classes).Select(i => $"class {i}")];
        var parser = new DetectionParser([head], labels, Side, Side);
        var geometry = ImageGeometry.For(ResizeMode.Letterbox, 768, 576, Side, Side);
        var options = new DetectionOptions();
        var (empty, full) = (Output(0), Output(Objects));
        HeadValues Values(float[] output) => new(output, [1, 4 + Classes, Boxes]);
        var sink = 0f;
        (string Name, Action Work)[] contenders =
        [
            ("one read", () => sink += TensorPrimitives.Max<float>(empty)),
            ("nothing found", () => sink += parser.Parse([Values(empty)], geometry, options).Count),
            ($"{Objects} objects", () => sink += parser.Parse([Values(full)], geometry, options).Count),
        ];
        var times = Times(contenders, rounds);
        Console.WriteLine($"\n## decoding and suppression of 1×{4 + Classes}×{Boxes}\n\n| | ÷ one read | microseconds |\n|---|---:|---:|");
        foreach (var (name, time) in times)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {time / times["one read"]:F2} | {time * 1e6:F0} |"));
        GC.KeepAlive(sink);
    }

    private static void BesideTheNetwork(int rounds)
    {
        using var image = new RgbImage(768, 576);
        var random = new Random(1);
        random.NextBytes(image.Pixels);
        using var ours = ObjectDetector.Load(Ultralytics());
        using var darknet = ObjectDetector.Load(YoloV3());
        var sink = 0;
        (string Name, Action Work)[] contenders =
        [
            ("YOLO v3, three grids", () => sink += darknet.Detect(image).Detections.Count),
            ($"Ultralytics v8, 1×{4 + Classes}×{Boxes}", () => sink += ours.Detect(image).Detections.Count),
        ];
        var times = Times(contenders, rounds);
        Console.WriteLine($"\n## an image of 768×576 beside the network, {Side}×{Side}\n\n| | ÷ YOLO v3 | milliseconds |\n|---|---:|---:|");
        foreach (var (name, time) in times)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {time / times.Values.First():F2} | {time * 1e3:F2} |"));
        GC.KeepAlive(sink);
    }

    /// <summary>The median of the best times of each round, in seconds a run; contenders take turns.</summary>
    private static Dictionary<string, double> Times((string Name, Action Work)[] contenders, int rounds)
    {
        foreach (var (_, work) in contenders) for (var i = 0; i < Warmup; i++) work();
        var times = contenders.ToDictionary(c => c.Name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, work) in contenders)
            {
                var best = double.MaxValue;
                for (var i = 0; i < Runs; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    work();
                    best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
                times[name].Add(best);
            }
        }
        return times.ToDictionary(t => t.Key, t => t.Value.Order().ElementAt(t.Value.Count / 2));
    }

    /// <summary>Boxes of which some reach the threshold, each with five neighbours that are suppressed.</summary>
    private static float[] Output(int objects)
    {
        var output = new float[(4 + Classes) * Boxes];
        var random = new Random(2);
        for (var i = 4 * Boxes; i < output.Length; i++) output[i] = 0.1f * random.NextSingle();
        for (var found = 0; found < objects; found++)
        {
            var (x, y, c) = (20 + 600 * random.NextSingle(), 20 + 600 * random.NextSingle(), random.Next(Classes));
            for (var i = 0; i < 6; i++)
            {
                var box = found * 80 + i;
                (output[box], output[Boxes + box], output[2 * Boxes + box], output[3 * Boxes + box]) = (x + i, y, 60, 60);
                output[(4 + c) * Boxes + box] = 0.5f + 0.05f * i;
            }
        }
        return output;
    }

    private static OnnxModel Ultralytics()
    {
        var graph = Network();
        Constant(graph, "output0", Output(0), 1, 4 + Classes, Boxes);
        var model = graph.Build("ultralytics.onnx");
        model.Metadata["author"] = "Ultralytics";
        model.Metadata["task"] = "detect";
        return model;
    }

    private static OnnxModel YoloV3()
    {
        var graph = Network();
        List<YoloHead> heads = [];
        foreach (var cells in new[] { 80, 40, 20 })
        {
            var output = new float[3 * (5 + Classes) * cells * cells];
            output.AsSpan().Fill(-6);
            Constant(graph, $"grid{cells}", output, 1, 3 * (5 + Classes), cells, cells);
            heads.Add(new YoloHead
            {
                Output = $"grid{cells}", Kind = YoloHeadKind.Yolo, Classes = Classes, Anchors = [new(10, 13), new(16, 30), new(33, 23)],
            });
        }
        var model = graph.Build("yolov3.onnx");
        model.SetYoloHeads(heads);
        return model;
    }

    private static GraphWriter Network()
    {
        var graph = new GraphWriter("constants");
        graph.Input("images", DataType.Float, 1, 3, Side, Side);
        return graph;
    }

    private static void Constant(GraphWriter graph, string name, float[] values, params ReadOnlySpan<long> shape) =>
        graph.Output(name, graph.Floats(values, shape), DataType.Float, shape);
}
