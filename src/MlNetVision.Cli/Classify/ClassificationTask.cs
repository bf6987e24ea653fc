using MlNetVision.Classification;
using MlNetVision.Cli.Images;
using MlNetVision.Files;
using MlNetVision.Imaging;
using Spectre.Console;

namespace MlNetVision.Cli.Classify;

/// <summary>Classifies images; the caller disposes the classifier.</summary>
/// <param name="classifier">The model.</param>
/// <param name="heatmap">The heatmaps that are drawn too; null: none.</param>
internal sealed class ClassificationTask(ImageClassifier classifier, ImageOutput<ClassificationResult>? heatmap = null)
    : ImageTask<ClassificationResult>(classifier)
{
    private const float Equal = 1e-6f;

    private readonly BestClasses _best = new();
    private readonly SameAnswers _same = new("this is the most likely class", least: 10);
    private string? _constant;

    public override IReadOnlyList<ImageOutput<ClassificationResult>> Outputs { get; } =
        heatmap is null ? [new("", null, Draw)] : [new("", null, Draw), heatmap];

    public override string ImageOf(ClassificationResult result) => result.Image;

    public override object ToJson(ClassificationResult result, IReadOnlyList<string>? files) => new ClassificationJson(
        PortablePath.Of(result.Image), result.Width, result.Height, result.Predictions, files is [var one] ? one : null, files is { Count: > 1 } ? files : null);

    public override string Describe(ClassificationResult result) => BestClasses.Describe(result);

    public override void Count(ClassificationResult result)
    {
        _best.Add(result);
        _same.Add(result.Predictions[0].Label);
        if (result.Scores.Count > 1 && result.Scores.Max() - result.Scores.Min() < Equal) _constant ??= result.Image;
    }

    public override string? Remark() => _constant is null
        ? classifier.Labels.Count > 2 ? _same.Remark : null
        : $"{_constant}: the scores of all classes are equal, so that the answer says nothing; "
            + "the network may not see images as it was trained to: --preprocess states how.";

    public override Table? Totals() => _best.ToTable();

    private static void Draw(RgbImage source, ClassificationResult result, string path)
    {
        using var drawn = ClassificationPainter.Draw(source, result.Predictions, new ClassificationPaintOptions { Top = result.Predictions.Count });
        drawn.Save(path);
    }
}

/// <summary>The line of JSON of one image's best classes, the best first.</summary>
internal sealed record ClassificationJson(
    string Image, int Width, int Height, IReadOnlyList<ClassScore> Predictions, string? Output, IReadOnlyList<string>? Outputs);

/// <summary>Writes heatmaps of the classifier over images.</summary>
internal sealed class Heatmaps : IDisposable
{
    private readonly HeatmapMaker _maker;
    private readonly string? _label;

    /// <param name="classifier">The classifier, which the caller keeps.</param>
    /// <param name="label">The class; null: the most likely of each image.</param>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public Heatmaps(ImageClassifier classifier, string? label)
    {
        _maker = new HeatmapMaker(classifier);
        try
        {
            _label = label is null ? null : classifier.Labels[_maker.IndexOf(label)];
        }
        catch
        {
            _maker.Dispose();
            throw;
        }
    }

    public ImageOutput<ClassificationResult> Output => new(".heatmap", ".png", Write);

    public void Dispose() => _maker.Dispose();

    private void Write(RgbImage source, ClassificationResult result, string path)
    {
        using var drawn = HeatmapPainter.Draw(source, _maker.Make(source, result, _label));
        drawn.Save(path);
    }
}
