namespace MlNetVision.Detection.Evaluation;

/// <summary>A range of areas in square pixels, both ends included, as <c>Params.areaRng</c> of pycocotools has them.</summary>
internal readonly record struct AreaRange(double From, double To)
{
    private const double Largest = 1e10;

    public static AreaRange All { get; } = new(0, Largest);

    public static AreaRange Small { get; } = new(0, 32 * 32);

    public static AreaRange Medium { get; } = new(32 * 32, 96 * 96);

    public static AreaRange Large { get; } = new(96 * 96, Largest);

    public bool Contains(double area) => !(area < From || area > To);
}

/// <summary>The detections of one class in all images, matched at each IoU threshold and ranked by score.</summary>
internal sealed class CocoRanking
{
    private readonly IReadOnlyList<MatchCase> _cases;
    private readonly List<MatchOutcome[][]> _outcomes;
    private readonly List<IReadOnlyList<PrecisionRecallPoint>>? _curves;

    /// <param name="cases">The images.</param>
    /// <param name="range">The areas of the objects that count.</param>
    /// <param name="maxDetections">The most detections of an image that count.</param>
    public CocoRanking(IReadOnlyList<MatchCase> cases, AreaRange range, int maxDetections)
    {
        _cases = cases;
        Truth = cases.Sum(image => image.Truths.Count(t => t.IsSought(range)));
        var thresholds = DetectionEvaluator.IoUThresholds;
        _outcomes = [.. cases.Select(image => CocoMatcher.Match(image, range, thresholds.AsSpan(), maxDetections))];
        if (Truth == 0) return;
        _curves = [.. thresholds.Select((_, i) => AveragePrecision.Curve(Ranked(i), Truth))];
        ApByIoU = _curves.ConvertAll(AveragePrecision.Coco);
    }

    /// <summary>The number of objects that count.</summary>
    public int Truth { get; }

    /// <summary>The average precision at each threshold; null without ground truth.</summary>
    public IReadOnlyList<double>? ApByIoU { get; }

    /// <summary>The average precision over all thresholds.</summary>
    public double? Ap => ApByIoU?.Average();

    /// <summary>The recall of all detections, as the mean over the thresholds.</summary>
    public double? Ar => _curves?.Average(curve => curve.Count > 0 ? curve[^1].Recall : 0);

    /// <summary>Precision and recall at the lowest threshold; empty without ground truth.</summary>
    public IReadOnlyList<PrecisionRecallPoint> Curve => _curves?[0] ?? [];

    /// <summary>The outcomes at a threshold by falling score; of equal scores, in the order of images and detections.</summary>
    public IEnumerable<(float Score, MatchOutcome Outcome)> Ranked(int threshold) => Rank(_cases, i => _outcomes[i][threshold]);

    // LINQ's sort is stable, as numpy's mergesort is.
    public static IEnumerable<(float Score, MatchOutcome Outcome)> Rank(IReadOnlyList<MatchCase> cases, Func<int, MatchOutcome[]> outcomes) =>
        cases.SelectMany((image, i) => outcomes(i).Select((outcome, d) => (Score: image.Scores[d], outcome))).OrderByDescending(d => d.Score);

    /// <summary>The twelve metrics of a class.</summary>
    public static CocoMetrics Summarize(IReadOnlyList<MatchCase> cases, int maxDetections) =>
        Summarize(cases, new(cases, AreaRange.All, maxDetections), maxDetections);

    /// <summary>The twelve metrics of a class.</summary>
    /// <param name="cases">The images.</param>
    /// <param name="all">Their ranking over all areas.</param>
    /// <param name="maxDetections">The most detections of an image that count.</param>
    public static CocoMetrics Summarize(IReadOnlyList<MatchCase> cases, CocoRanking all, int maxDetections)
    {
        var (small, medium, large) = (Of(AreaRange.Small), Of(AreaRange.Medium), Of(AreaRange.Large));
        return new()
        {
            Ap = all.Ap,
            Ap50 = all.ApByIoU?[0],
            Ap75 = all.ApByIoU?[5],
            ApSmall = small.Ap,
            ApMedium = medium.Ap,
            ApLarge = large.Ap,
            Ar1 = Of(AreaRange.All, 1).Ar,
            Ar10 = Of(AreaRange.All, 10).Ar,
            Ar100 = all.Ar,
            ArSmall = small.Ar,
            ArMedium = medium.Ar,
            ArLarge = large.Ar,
        };

        CocoRanking Of(AreaRange range, int most = int.MaxValue) => new(cases, range, Math.Min(most, maxDetections));
    }
}
