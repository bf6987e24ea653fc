using System.Diagnostics;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Reports the progress of an optimisation over all its scales.</summary>
/// <param name="options">The settings.</param>
/// <param name="pixels">The pixels of each scale.</param>
/// <param name="progress">Called after each iteration; null: no callback.</param>
/// <param name="preview">Called with the image; null: no callback.</param>
/// <param name="previewEvery">The interval of previews in iterations.</param>
internal sealed class StyleReport(NeuralStyleOptions options, IReadOnlyList<long> pixels, IProgress<StyleProgress>? progress, Action<RgbImage>? preview, int previewEvery)
{
    private long _begun;
    private int _scale;
    private int _before;
    private StyleObjective? _objective;
    private Func<float[], RgbImage> _toImage = _ => throw new InvalidOperationException();

    /// <summary>The terms of the best image.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Iterations at this scale so far.</summary>
    public int Iterations { get; private set; }

    /// <summary>Evaluations so far.</summary>
    public int Evaluations => _before + (_objective?.Evaluations ?? 0);

    /// <summary>Begins a scale.</summary>
    public void Begin(int scale, StyleObjective objective, Func<float[], RgbImage> toImage)
    {
        if (_objective is null) _begun = Stopwatch.GetTimestamp();
        (_before, Iterations) = (Evaluations, 0);
        (_scale, _objective, _toImage) = (scale, objective, toImage);
    }

    /// <summary>Counts an iteration that did not improve the image that the scale started from.</summary>
    public void Unimproved(StyleTerms terms) => Terms = terms;

    /// <summary>Counts an iteration whose best image is this one.</summary>
    public void Iterated(int iteration, StyleTerms terms, float[] point)
    {
        (Terms, Iterations) = (terms, iteration);
        progress?.Report(new StyleProgress(_scale, iteration, Evaluations, terms, Remaining()));
        if (preview is null || iteration % previewEvery != 0) return;
        using var image = _toImage(point);
        preview(image);
    }

    /// <summary>An iteration takes as long as there are pixels.</summary>
    private TimeSpan Remaining()
    {
        var done = options.Iterations * pixels.Take(_scale).Sum() + Iterations * pixels[_scale];
        return Stopwatch.GetElapsedTime(_begun) * ((double)(options.Iterations * pixels.Sum() - done) / done);
    }
}
