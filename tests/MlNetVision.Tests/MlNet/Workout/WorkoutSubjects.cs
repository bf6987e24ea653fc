using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Detection.Standalone;
using MlNetVision.Tests.Style;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.MlNet.Workout;

/// <summary>Every transform of the catalogs, on small networks.</summary>
internal sealed class WorkoutSubjects : IDisposable
{
    public static readonly string[] Names =
    [
        "detect", "segment", "classify", "featurize", "stylize", "grids by hand", "mask by hand", "scores by hand", "bytes", "score bytes",
        "score features", "list detections",
    ];

    // ScoreFeatures: any fixed numbers.
    private static readonly float[] Weights = [1, -2, 3, 4, 5, -6, 7, 8, 9];

    private static readonly ObjectDetectorOptions Sensitive = new() { Detection = new() { Confidence = 0.2f } };

    private readonly TemporaryFolder _folder = new();
    private readonly ObjectDetector _detector = ObjectDetector.Load(Detector(), Sensitive);
    private readonly Segmenter _segmenter = Segmenter.Load(Pixels());
    private readonly ImageClassifier _classifier = ImageClassifier.Load(TinyClassifier.Create());
    private readonly Featurizer _featurizer = Featurizer.Load(TinyClassifier.Create(), new() { Cut = "mean" });
    private readonly ImageStylizer _stylizer = ImageStylizer.Load(TinyStyle.Identity(16, 16));

    public void Dispose()
    {
        foreach (var owned in new IDisposable[] { _detector, _segmenter, _classifier, _featurizer, _stylizer }) owned.Dispose();
        _folder.Dispose();
    }

    public WorkoutSubject this[string name] => name switch
    {
        "detect" => Detect(name, (ml, column, errors) => ml.Transforms.DetectObjects(
            Detector(), inputColumnName: column, options: Sensitive, errors: errors), "DetectObjects"),
        "segment" => Segment(name, (ml, column, errors) =>
            ml.Transforms.SegmentImages(Pixels(), inputColumnName: column, errors: errors), "SegmentImages"),
        "classify" => Classify(
            name, (ml, column, errors) => ml.Transforms.ClassifyImages(TinyClassifier.Create(), column, errors: errors), ":::", "ClassifyImages"),
        "featurize" => new WorkoutSubject<FeatureRow>(name, r => WorkoutSubject.Text(r.Features), "FeaturizeImages")
        {
            Create = (ml, column, errors) => ml.Transforms.FeaturizeImages(
                TinyClassifier.Create(), inputColumnName: column, options: new() { Cut = "mean" }, errors: errors),
            Expected = image => WorkoutSubject.Text(_featurizer.Extract(image)), Empty = "NaN NaN NaN", Cached = ["Features", "Error"],
        },
        "stylize" => new WorkoutSubject<StyledRow>(
            name, r => r.Stylized is null ? "" : $"{r.Stylized.Width}×{r.Stylized.Height} {WorkoutSubject.Hash(r.Stylized.Pixels)}", "StylizeImages")
        {
            Create = (ml, column, errors) => ml.Transforms.StylizeImages(TinyStyle.Identity(16, 16), inputColumnName: column, errors: errors),
            Expected = Stylize, Empty = "", Cached = ["Error"], NotCached = ["Stylized"],
        },
        "grids by hand" => Detect(name, (ml, column, errors) => ByHand(ml, column, errors, _detector.Model, _detector.Resize, 1 / 255f)
            .Append(ml.Transforms.ParseYoloGrids(Detector(), "Detections", "Geometry", options: Sensitive)),
            "LoadUprightImages", "ResizeUprightImages", "ParseYoloGrids"),
        "mask by hand" => Segment(name, (ml, column, errors) => ByHand(ml, column, errors, _segmenter.Model, _segmenter.Resize, 1 / 255f)
            .Append(ml.Transforms.ParseMask(Pixels(), "Mask", "Geometry")), "LoadUprightImages", "ResizeUprightImages", "ParseMask"),
        // Scores alone do not say that a row has no image: the blank one has the same score for each class.
        "scores by hand" => Classify(name, (ml, column, errors) => ByHand(ml, column, errors, Softmax(), _classifier.Resize, 1 / 255f)
            .Append(ml.Transforms.CopyColumns("Score", "Outputs")).Append(ml.Transforms.ParseScores(["red", "green", "blue"])),
            "red:0.3333 0.3333 0.3333:red green blue:0.3333 0.3333 0.3333", "ParseScores"),
        "bytes" => Classify(name, (ml, column, errors) => ml.Transforms.LoadRawImageBytes("Bytes", null, column)
            .Append(ml.Transforms.DecodeUprightImages("Decoded", "Bytes", errors))
            .Append(ml.Transforms.ClassifyImages(TinyClassifier.Create(), "Decoded", errors: errors)),
            ":::", takesImages: false, "DecodeUprightImages"),
        "score bytes" => new WorkoutSubject<ScoredRow>(name, r => $"{WorkoutSubject.Text(r.Score)}:{r.Index}", "ScoreEncodedImages")
        {
            Create = (ml, column, _) => ml.Transforms.LoadRawImageBytes("Bytes", null, column)
                .Append(ml.Transforms.ScoreEncodedImages(TinyClassifier.Create(), "Bytes", "Score", "Index")),
            Expected = image => Scored([.. _classifier.Classify(image).Scores]), TakesImages = false, Cached = ["Score", "Index"],
        },
        "score features" => new WorkoutSubject<ScoredRow>(
            name, r => $"{WorkoutSubject.Text(r.Score)}:{r.Index}", "ScoreFeatures")
        {
            Create = (ml, column, errors) => ml.Transforms.FeaturizeImages(
                    TinyClassifier.Create(), inputColumnName: column, options: new() { Cut = "mean" }, errors: errors)
                .Append(ml.Transforms.ScoreFeatures(Head(), "Features", "Score", "Index")),
            Expected = image => Scored(Multiply(_featurizer.Extract(image))), Empty = $"NaN NaN NaN:{uint.MaxValue}",
            Cached = ["Score", "Index", "Error"],
        },
        "list detections" => new WorkoutSubject<ListedRow>(name, r => Text(r), "ListDetections")
        {
            Create = (ml, column, errors) => ml.Transforms.DetectObjects(Detector(), inputColumnName: column, options: Sensitive, errors: errors)
                .Append(ml.Transforms.ListDetections("Boxes", "Scores", "Classes")),
            Expected = image => Listed(_detector.Detect(image).Detections), Empty = "::", Cached = ["Boxes", "Scores", "Classes", "Error"],
            NotCached = ["Detections"],
        },
        _ => throw new ArgumentException(name, nameof(name)),
    };

    private static string Text(ListedRow r) => $"{WorkoutSubject.Text(r.Boxes)}:{WorkoutSubject.Text(r.Scores)}:{string.Join(' ', r.Classes)}";

    private static string Listed(IReadOnlyList<MlNetVision.Detection.Detection> found)
    {
        var boxes = new List<float>();
        foreach (var d in found) boxes.AddRange([d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom]);
        return $"{WorkoutSubject.Text(boxes)}:{WorkoutSubject.Text(found.Select(d => d.Score))}:{string.Join(' ', found.Select(d => d.ClassIndex))}";
    }

    private WorkoutSubject<DetectedRow> Detect(
        string name, Func<MLContext, string, RowErrors, IEstimator<ITransformer>> create, params string[] transforms) =>
        new(name, r => Text(r.Detections!), transforms)
        {
            Create = create, Expected = image => Text(_detector.Detect(image).Detections), Empty = "", Cached = ["Error"], NotCached = ["Detections"],
        };

    private WorkoutSubject<MaskRow> Segment(
        string name, Func<MLContext, string, RowErrors, IEstimator<ITransformer>> create, params string[] transforms) =>
        new(name, r => r.Mask is null ? "" : Text(r.Mask), transforms)
        {
            Create = create, Expected = image => Text(_segmenter.Segment(image).Mask), Empty = "", Cached = ["Error"], NotCached = ["Mask"],
        };

    private WorkoutSubject<ClassifiedRow> Classify(
        string name, Func<MLContext, string, RowErrors, IEstimator<ITransformer>> create, string empty, params string[] transforms) =>
        Classify(name, create, empty, takesImages: true, transforms);

    private WorkoutSubject<ClassifiedRow> Classify(
        string name, Func<MLContext, string, RowErrors, IEstimator<ITransformer>> create, string empty, bool takesImages,
        params string[] transforms) => new(name, r => Text(r), transforms)
        {
            Create = create, Empty = empty == ":::" ? ":NaN NaN NaN::" : empty, TakesImages = takesImages,
            Expected = image =>
            {
                var result = _classifier.Classify(image);
                var top = result.Predictions;
                return $"{top[0].Label}:{WorkoutSubject.Text([.. result.Scores])}:{string.Join(' ', top.Select(t => t.Label))}:"
                    + WorkoutSubject.Text(top.Select(t => t.Score));
            },
            Cached = ["PredictedLabel", "Score", "TopLabels", "TopScores", "Error"],
        };

    private static string Text(ClassifiedRow r) =>
        $"{r.PredictedLabel}:{WorkoutSubject.Text(r.Score)}:{string.Join(' ', r.TopLabels)}:{WorkoutSubject.Text(r.TopScores)}";

    private static string Text(IEnumerable<MlNetVision.Detection.Detection> detections) => string.Join("; ", detections.Select(d =>
        $"{d.Label} {WorkoutSubject.Text([d.Score, d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom])}"));

    private static string Text(SegmentationMask mask) => $"{mask.Width}×{mask.Height} {WorkoutSubject.Hash(mask.Classes)}";

    private static string Scored(float[] scores) => $"{WorkoutSubject.Text(scores)}:{Array.IndexOf(scores, scores.Max())}";

    private string Stylize(ImageSource image)
    {
        using var result = _stylizer.Stylize(image);
        return $"{result.Width}×{result.Height} {WorkoutSubject.Hash(result.Stylized.Pixels)}";
    }

    /// <summary>Load (where paths are given), resize, extract pixels, apply the network.</summary>
    private EstimatorChain<OnnxTransformer> ByHand(
        MLContext ml, string column, RowErrors errors, OnnxModel network, ResizeOptions resize, float scale)
    {
        var file = _folder.Path($"{Guid.NewGuid():N}.onnx");
        network.Save(file);
        var isPath = column == nameof(PathRow.ImagePath);
        var input = network.Inputs[0].Name;
        var resized = ml.Transforms.ResizeUprightImages("Resized", "Geometry", isPath ? "Loaded" : column, resize, errors);
        IEstimator<ITransformer> chain = isPath ? ml.Transforms.LoadUprightImages("Loaded", column, errors).Append(resized) : resized;
        return chain.Append(ml.Transforms.ExtractPixels(input, "Resized", scaleImage: scale))
            .Append(ml.Transforms.ApplyOnnxModel([.. network.Outputs.Select(o => o.Name)], [input], file));
    }

    private static OnnxModel Detector()
    {
        var model = RandomYolo.Create(
            [new YoloHead { Output = "grid", Kind = YoloHeadKind.Yolo, Anchors = [new AnchorSize(20, 20)], Classes = 2 }], seed: 1);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }

    private static OnnxModel Pixels()
    {
        var builder = new GraphWriter("pixels");
        builder.Output(
            builder.Node("Identity", "scores", [builder.Input("image", DataType.Float, 1, 3, 16, 16)]), DataType.Float, 1, 3, 16, 16);
        var model = builder.Build("pixels.onnx");
        model.SetNames(["red", "green", "blue"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }

    private static OnnxModel Softmax() => TinyClassifier.Create((builder, scores) => builder.Node("Softmax", "Outputs", [scores]));

    private static OnnxModel Head()
    {
        var builder = new GraphWriter("head");
        var row = builder.Input("features", DataType.Float, 1, 3);
        builder.Output(builder.Node("MatMul", "scores", [row, builder.Floats("weights", Weights, 3, 3)]), DataType.Float, 1, 3);
        var model = builder.Build("head.onnx");
        model.SetNames(["one", "two", "three"]);
        return model;
    }

    private static float[] Multiply(float[] row) =>
        [.. Enumerable.Range(0, 3).Select(column => Enumerable.Range(0, 3).Sum(i => row[i] * Weights[(3 * i) + column]))];

    private sealed class DetectedRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class MaskRow
    {
        [SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }

    private sealed class StyledRow
    {
        [AnySizeImageType]
        public MLImage? Stylized { get; set; }
    }

    private sealed class ClassifiedRow
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];

        public string[] TopLabels { get; set; } = [];

        public float[] TopScores { get; set; } = [];
    }

    private sealed class FeatureRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class ListedRow
    {
        public float[] Boxes { get; set; } = [];

        public float[] Scores { get; set; } = [];

        public uint[] Classes { get; set; } = [];
    }

    private sealed class ScoredRow
    {
        public float[] Score { get; set; } = [];

        public uint Index { get; set; }
    }
}
