using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Classification.Heatmaps;
using MlNetVision.Tests.Detection.Standalone;
using MlNetVision.Tests.Style;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Inference;

/// <summary>One of the library's classes that own native sessions, on a small network: for tests that hold for all of them.</summary>
internal sealed class NativeSubject : IDisposable
{
    /// <summary>What can be asked for; those that stream many images come first.</summary>
    public static readonly string[] Streaming = ["detector", "segmenter", "windows", "classifier", "featurizer", "stylizer", "stylizer of one size"];

    public static readonly string[] All = [.. Streaming, "stylizer in tiles", "heat maps"];

    private readonly IDisposable[] _owned;

    private NativeSubject(params IDisposable[] owned) => _owned = owned;

    /// <summary>Asks for one image.</summary>
    public required Action<RgbImage> Call { get; init; }

    /// <summary>Asks for one image file, with a token.</summary>
    public Func<string, CancellationToken, Task>? CallAsync { get; init; }

    /// <summary>Asks for many image files; an answer tells the error of an image, or null.</summary>
    public Func<IEnumerable<string>, CancellationToken, IAsyncEnumerable<Exception?>>? Many { get; init; }

    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="turns">What slows its network down, see <see cref="SlowNetwork"/>; 0: nothing. Tiles and heat maps are not slowed.</param>
    /// <param name="fault">What goes wrong with white images.</param>
    public static NativeSubject Open(string name, long turns = 0, Fault fault = Fault.None) => name switch
    {
        "detector" => Of(ObjectDetector.Load(Slowed(Detector(), turns, fault), new() { Threads = 2, Resize = ResizeMode.Stretch })),
        "segmenter" => Of(Segmenter.Load(Slowed(Pixels(), turns, fault), new() { Threads = 2 })),
        "windows" => Of(Segmenter.Load(Slowed(Pixels(), turns, fault), new() { Threads = 2, Windows = true })),
        "classifier" => Of(ImageClassifier.Load(Slowed(TinyClassifier.Create(), turns, fault), new() { Threads = 2 })),
        "featurizer" => Of(Featurizer.Load(Slowed(TinyClassifier.Create(), turns, fault, atStart: true), new() { Threads = 2, Cut = "mean" })),
        "stylizer" => Of(ImageStylizer.Load(Slowed(TinyStyle.Identity(), turns, fault), new() { Threads = 1 })),
        "stylizer of one size" => Of(ImageStylizer.Load(Slowed(TinyStyle.Identity(16, 16), turns, fault), new() { Threads = 1 })),
        "stylizer in tiles" => Of(ImageStylizer.Load(TinyStyle.Johnson(), new() { Threads = 1, Tile = true, TileSize = 64 })),
        "heat maps" => OfHeatmaps(),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    /// <summary>Disposes what the test is about.</summary>
    public void Dispose() => Array.ForEach(_owned, o => o.Dispose());

    private static NativeSubject Of(ObjectDetector d) => new(d) { Call = p => d.Detect(p), CallAsync = (f, c) => d.DetectAsync(f, c), Many = (f, c) => d.DetectManyAsync(f, null, c).Select(o => o.Error) };

    private static NativeSubject Of(Segmenter s) => new(s) { Call = p => s.Segment(p), CallAsync = (f, c) => s.SegmentAsync(f, c), Many = (f, c) => s.SegmentManyAsync(f, null, c).Select(o => o.Error) };

    private static NativeSubject Of(ImageClassifier i) => new(i) { Call = p => i.Classify(p), CallAsync = (f, c) => i.ClassifyAsync(f, c), Many = (f, c) => i.ClassifyManyAsync(f, null, c).Select(o => o.Error) };

    private static NativeSubject Of(Featurizer e) => new(e) { Call = p => e.Extract(p), CallAsync = (f, c) => e.ExtractAsync(f, c), Many = (f, c) => e.ExtractManyAsync(f, null, c).Select(o => o.Error) };

    private static NativeSubject Of(ImageStylizer s) => new(s)
    {
        Call = p => s.Stylize(p).Dispose(), CallAsync = (f, c) => s.StylizeAsync(f, c), Many = (f, c) => s.StylizeManyAsync(f, null, c).Select(o => o.Error),
    };

    private static NativeSubject OfHeatmaps()
    {
        var classifier = QuarterClassifier.Load();
        var heatmaps = new HeatmapMaker(classifier, new HeatmapOptions { ShortSide = 32 });
        return new(heatmaps, classifier) { Call = p => heatmaps.Make(p, "red") };
    }

    private static OnnxModel Slowed(OnnxModel model, long turns, Fault fault, bool atStart = false) => turns == 0 ? FaultyNetwork.Of(model, fault, atStart) : SlowNetwork.Of(model, turns);

    private static OnnxModel Detector() => RandomYolo.Create([new YoloHead { Output = "grid", Kind = YoloHeadKind.Yolo, Anchors = [new AnchorSize(20, 20)], Classes = 2 }], seed: 1);

    private static OnnxModel Pixels()
    {
        var builder = new GraphWriter("pixels");
        builder.Output(builder.Node("Identity", "scores", [builder.Input("image", DataType.Float, 1, 3, 16, 16)]), DataType.Float, 1, 3, 16, 16);
        var model = builder.Build("pixels.onnx");
        model.SetNames(["red", "green", "blue"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }
}
