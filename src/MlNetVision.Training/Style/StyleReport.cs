using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Tells of an optimisation as it goes, over all its scales.</summary>
internal sealed class StyleReport(IProgress<StyleProgress>? progress, Action<Picture>? preview, int previewEvery)
{
    private int _scale;
    private int _before;
    private StyleObjective? _objective;
    private Func<float[], Picture> _toPicture = _ => throw new InvalidOperationException();

    /// <summary>The terms of the best picture.</summary>
    public StyleTerms Terms { get; private set; } = new(0, [], 0, 0);

    /// <summary>Evaluations so far.</summary>
    public int Evaluations => _before + (_objective?.Evaluations ?? 0);

    /// <summary>Begins a scale.</summary>
    public void Begin(int scale, StyleObjective objective, Func<float[], Picture> toPicture)
    {
        _before = Evaluations;
        (_scale, _objective, _toPicture) = (scale, objective, toPicture);
    }

    /// <summary>Notes an iteration whose best picture is this one.</summary>
    public void Iterated(int iteration, StyleTerms terms, float[] point)
    {
        Terms = terms;
        progress?.Report(new StyleProgress(_scale, iteration, Evaluations, terms));
        if (preview is null || iteration % previewEvery != 0) return;
        using var picture = _toPicture(point);
        preview(picture);
    }
}
