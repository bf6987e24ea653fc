using System.Collections.Immutable;
using MlNetVision.Data;

namespace MlNetVision.Detection.Evaluation;

/// <summary>
/// Compares detections with the ground truth, image by image, for average precision as COCO and Pascal VOC define it.
/// </summary>
/// <remarks>
/// COCO's metrics follow pycocotools' <c>COCOeval</c>: within an image and class, the 100 best detections by falling score
/// (ties in the detector's order) each match the free object of the largest overlap at the IoU threshold or above, ignored objects
/// last; ties between images are ranked in the order in which the images were added. <see cref="CocoMetrics"/> has the sizes.
/// Where the ground truth has outlines and detections have masks, the same metrics are also those of masks: an object without an outline is ignored there.
/// Detections with an angle are compared with quadrilaterals as such, with other objects by the upright boxes around them.
/// Difficult objects of Pascal VOC are ignored objects that can be matched once.
/// VOC's metrics follow the development kit's <c>VOCevaldet</c>, with boxes from edge to edge.
/// <para>
/// Class names are compared exactly. The data set's classes are evaluated: where the model lacks one, its objects are false
/// negatives and its average precision is 0; detections of classes that the data set lacks are counted, but not evaluated.
/// A class without ground truth has no average precision and no part in the means; its detections are false positives.
/// </para>
/// Not thread-safe.
/// </remarks>
public sealed class DetectionEvaluator
{
    private readonly List<string> _classNames;
    private readonly IReadOnlyList<string>? _modelLabels;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<ImageCase>[] _cases;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private int _unjudged;
    private bool _hasShapes;
    private bool _hasMasks;

    /// <summary>Makes an evaluator without images.</summary>
    /// <param name="classNames">The classes of the data set, each once.</param>
    /// <param name="modelLabels">The classes of the model; <see langword="null"/>: those of the data set.</param>
    /// <exception cref="ArgumentException">A class name is repeated.</exception>
    public DetectionEvaluator(IReadOnlyList<string> classNames, IReadOnlyList<string>? modelLabels = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        _classNames = [.. classNames];
        _modelLabels = modelLabels;
        foreach (var name in _classNames)
        {
            if (!_indices.TryAdd(name, _indices.Count)) throw new ArgumentException($"The class '{name}' is given twice.", nameof(classNames));
        }
        _cases = [.. _classNames.Select(_ => new List<ImageCase>())];
    }

    /// <summary>
    /// A confidence threshold for detectors that are evaluated, since average precision ranks all detections: 0.005, where Darknet's own evaluation starts too.
    /// </summary>
    public const float LowestScore = 0.005f;

    /// <summary>The ten thresholds of COCO's mAP: 0.5, 0.55, … 0.95.</summary>
    // numpy.linspace(0.5, 0.95, 10) to the last bit.
    public static ImmutableArray<double> IoUThresholds { get; } =
        [.. Enumerable.Range(0, 10).Select(i => i == 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5)];

    /// <summary>Adds one image.</summary>
    /// <param name="imageId">The image's id; each can be added once.</param>
    /// <param name="detections">The detections, down to low scores, in pixels of the upright image.</param>
    /// <param name="truths">The ground truth, likewise.</param>
    /// <exception cref="ArgumentException">
    /// The image was added before, a score is not finite, or a class of the ground truth does not exist.
    /// </exception>
    public void Add(string imageId, IReadOnlyCollection<Detection> detections, IReadOnlyCollection<GroundTruthBox> truths)
    {
        ArgumentException.ThrowIfNullOrEmpty(imageId);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(truths);
        foreach (var truth in truths)
        {
            if (!_indices.ContainsKey(truth.Label))
                throw new ArgumentException($"{imageId}: the class '{truth.Label}' is not among {string.Join(", ", _classNames)}.", nameof(truths));
        }
        foreach (var detection in detections)
        {
            if (!float.IsFinite(detection.Score))
                throw new ArgumentException($"{imageId}: the score {detection.Score} of a '{detection.Label}' is not finite.", nameof(detections));
        }
        if (!_ids.Add(imageId)) throw new ArgumentException($"The image {imageId} was added before.", nameof(imageId));

        var found = detections.ToLookup(d => _indices.GetValueOrDefault(d.Label, -1));
        var sought = truths.ToLookup(t => _indices[t.Label]);
        _unjudged += found[-1].Count();
        _hasShapes |= truths.Any(t => t.Shape is not null);
        _hasMasks |= detections.Any(d => d.Mask is not null);
        foreach (var c in found.Select(group => group.Key).Union(sought.Select(group => group.Key)).Where(c => c >= 0))
            _cases[c].Add(new([.. found[c].OrderByDescending(d => d.Score)], [.. sought[c]]));
    }

    /// <summary>Evaluates the images added so far; more can be added afterwards.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public DetectionEvaluation Evaluate(DetectionEvaluationOptions? options = null)
    {
        options ??= new();
        options.Validate();
        return new()
        {
            Images = _ids.Count,
            Confidence = options.Confidence,
            PerClass = [.. _classNames.Select((name, c) => Evaluate(name, _cases[c], options))],
            OnlyInModel = [.. (_modelLabels ?? []).Where(label => !_indices.ContainsKey(label)).Distinct(StringComparer.Ordinal)],
            Unjudged = _unjudged,
        };
    }

    private ClassEvaluation Evaluate(string label, List<ImageCase> images, DetectionEvaluationOptions options)
    {
        var cases = images.ConvertAll(image => image.Boxes);
        var ranking = new CocoRanking(cases, AreaRange.All, options.MaxDetections);
        var truth = ranking.Truth;
        var voc = truth > 0 ? AveragePrecision.Curve(CocoRanking.Rank(cases, i => VocMatcher.Match(cases[i])), truth) : null;
        var counted = ranking.Ranked(0).Where(d => d.Score >= options.Confidence && d.Outcome != MatchOutcome.Ignored).ToList();
        return new()
        {
            Label = label,
            InModel = _modelLabels?.Contains(label, StringComparer.Ordinal) ?? true,
            ApByIoU = ranking.ApByIoU,
            Coco = CocoRanking.Summarize(cases, ranking, options.MaxDetections),
            Mask = _hasShapes && _hasMasks ? CocoRanking.Summarize(images.ConvertAll(image => image.Masks), options.MaxDetections) : null,
            Voc2007Ap = voc is null ? null : AveragePrecision.Voc2007(voc, truth),
            Voc2010Ap = voc is null ? null : AveragePrecision.Voc2010(voc),
            Counts = new(
                truth, cases.Sum(image => image.Truths.Length) - truth, counted.Count, counted.Count(d => d.Outcome == MatchOutcome.TruePositive)),
            Curve = ranking.Curve,
        };
    }
}

/// <summary>The options of <see cref="DetectionEvaluator.Evaluate(DetectionEvaluationOptions)"/>.</summary>
public sealed record DetectionEvaluationOptions
{
    /// <summary>
    /// The confidence threshold of precision, recall and the counts; 0 to 1, default 0.25 as in <see cref="DetectionOptions"/>.
    /// Average precision uses all detections: run the detector with a low threshold, such as 0.005.
    /// </summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>
    /// The most detections per image and class, those of the highest scores: COCO's <c>maxDets</c>, default 100.
    /// Pascal VOC's metrics have no such limit.
    /// </summary>
    public int MaxDetections { get; init; } = 100;

    internal void Validate()
    {
        if (!(Confidence is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "The confidence threshold is a number from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDetections, 1);
    }
}
