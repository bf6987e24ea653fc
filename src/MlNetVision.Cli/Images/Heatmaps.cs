using MlNetVision.Classification;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Images;

/// <summary>Writes where the classifier looks, over each image.</summary>
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
