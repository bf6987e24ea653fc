using System.Runtime.CompilerServices;
using MlNetVision.Classification;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using Spectre.Console;

namespace MlNetVision.Cli.Images;

/// <summary>Tells what images show; the caller disposes the classifier.</summary>
/// <param name="classifier">The network.</param>
/// <param name="limits">What an image on standard input may ask for; null: the default.</param>
/// <param name="heatmap">The maps that are drawn too; null: none.</param>
internal sealed class ClassificationTask(ImageClassifier classifier, ImageLimits? limits = null, ImageOutput<ClassificationResult>? heatmap = null) : ImageTask<ClassificationResult>
{
    private readonly BestClasses _best = new();

    public override ImageLimits? Limits => limits;

    public override async IAsyncEnumerable<(string Path, ClassificationResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, RgbImage, ClassificationResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Action<RgbImage, ClassificationResult>? draw = then is null ? null : (image, result) => then(result.Image, image, result);
        await foreach (var outcome in classifier.ClassifyManyAsync(paths, draw, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);
    }

    public override ClassificationResult Run(RgbImage image, string name, CancellationToken cancellation) => classifier.Classify(ImageSource.FromImage(image, name), cancellation);

    public override object ToJson(ClassificationResult result) => ClassificationJson.From(result);

    public override string Describe(ClassificationResult result) => BestClasses.Describe(result);

    public override IReadOnlyList<ImageOutput<ClassificationResult>> Outputs { get; } = heatmap is null ? [new("", null, Draw)] : [new("", null, Draw), heatmap];

    public override void Count(ClassificationResult result) => _best.Add(result);

    public override Table? Totals() => _best.ToTable();

    private static void Draw(RgbImage source, ClassificationResult result, string path)
    {
        using var drawn = ClassificationPainter.Draw(source, result.Predictions, new ClassificationPaintOptions { Top = result.Predictions.Count });
        drawn.Save(path);
    }
}
