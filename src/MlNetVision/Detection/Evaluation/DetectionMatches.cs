using MlNetVision.Data;
using MlNetVision.Evaluation;

namespace MlNetVision.Detection.Evaluation;

/// <summary>
/// How the detections of one image match its ground truth at a confidence threshold and IoU 0.5: by COCO's rules within each class, as
/// <see cref="DetectionEvaluator"/> counts them. Objects and detections that are left over are then paired across classes, those of the largest IoU
/// first: an object that was taken for one of another class.
/// </summary>
public sealed class DetectionMatches
{
    /// <summary>The name of what is no object, in <see cref="Confusion"/>.</summary>
    public const string Background = "background";

    private const double Threshold = 0.5;

    private DetectionMatches(MatchedDetection[] detections, MatchedObject[] objects) => (Detections, Objects) = (detections, objects);

    /// <summary>The detections at the threshold or above, by falling score.</summary>
    public IReadOnlyList<MatchedDetection> Detections { get; }

    /// <summary>The objects, in the order of the annotations.</summary>
    public IReadOnlyList<MatchedObject> Objects { get; }

    /// <summary>The number of detections that match an object.</summary>
    public int TruePositives => Detections.Count(d => d.Outcome == MatchOutcome.TruePositive);

    /// <summary>The number of detections that match none, or one already matched.</summary>
    public int FalsePositives => Detections.Count(d => d.Outcome == MatchOutcome.FalsePositive);

    /// <summary>The number of objects that no detection matches; ignored ones do not count.</summary>
    public int FalseNegatives => Objects.Count(o => o is { IsFound: false, Object.Ignored: false });

    /// <summary>Matches the detections of one image.</summary>
    /// <param name="detections">The detections, in pixels of the upright image.</param>
    /// <param name="truths">The ground truth, likewise.</param>
    /// <param name="confidence">The confidence threshold.</param>
    /// <param name="maxDetections">The most detections per class; see <see cref="DetectionEvaluationOptions.MaxDetections"/>.</param>
    public static DetectionMatches Of(
        IReadOnlyCollection<Detection> detections, IReadOnlyList<GroundTruthBox> truths, float confidence, int maxDetections = 100)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDetections, 1);
        Detection[] found = [.. detections.Where(d => d.Score >= confidence).OrderByDescending(d => d.Score)
            .GroupBy(d => d.Label, StringComparer.Ordinal).SelectMany(c => c.Take(maxDetections)).OrderByDescending(d => d.Score)];
        var matched = Array.ConvertAll(found, d => new MatchedDetection(d, MatchOutcome.FalsePositive, null));
        var objects = truths.Select(t => new MatchedObject(t, null, null)).ToArray();
        foreach (var label in found.Select(d => d.Label).Distinct(StringComparer.Ordinal)) MatchClass(label, matched, objects);
        MatchAcross(matched, objects);
        return new(matched, objects);
    }

    /// <summary>
    /// The confusion matrix of images: the class of an object by row, that of its detection by column, and <see cref="Background"/> as the last class. Its
    /// row has detections of nothing, its column objects that were missed. A class's row adds up to its objects, its column to its detections, both
    /// without those that are ignored. Detections of other classes than <paramref name="labels"/> have no part.
    /// </summary>
    /// <param name="labels">The classes.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="ArgumentException">An object has another class.</exception>
    public static ConfusionMatrix Confusion(IReadOnlyList<string> labels, IEnumerable<DetectionMatches> images)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(images);
        var (indices, size) = (labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal), labels.Count + 1);
        var counts = new long[size * size];
        foreach (var image in images)
        {
            foreach (var item in image.Objects.Where(o => !o.Object.Ignored))
            {
                if (!indices.TryGetValue(item.Object.Label, out var row))
                    throw new ArgumentException($"The class '{item.Object.Label}' is not among {string.Join(", ", labels)}.", nameof(images));
                var other = item.TakenFor is { } d && indices.TryGetValue(image.Detections[d].Detection.Label, out var taken) ? taken : labels.Count;
                counts[(row * size) + (item.IsFound ? row : other)]++;
            }
            foreach (var d in image.Detections.Where(d => d is { Outcome: MatchOutcome.FalsePositive, Object: null }))
                if (indices.TryGetValue(d.Detection.Label, out var column)) counts[(labels.Count * size) + column]++;
        }
        return new ConfusionMatrix([.. labels, Background], counts);
    }

    private static void MatchClass(string label, MatchedDetection[] detections, MatchedObject[] objects)
    {
        int[] found = [.. Indices(detections, d => d.Detection.Label == label)];
        int[] truths = [.. Indices(objects, o => o.Object.Label == label)];
        var image = MatchCase.OfBoxes(Array.ConvertAll(found, d => detections[d].Detection), Array.ConvertAll(truths, t => objects[t].Object));
        var sought = Array.ConvertAll(truths, t => !objects[t].Object.Ignored);
        var pairs = CocoMatcher.Pairs(image, sought, Threshold, found.Length);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (pairs[i] < 0) continue;
            var truth = truths[pairs[i]];
            detections[found[i]] = detections[found[i]] with { Outcome = CocoMatcher.OutcomeOf(pairs[i], sought), Object = truth };
            // A crowd may have several: the best one stands for it.
            objects[truth] = objects[truth] with { Detection = objects[truth].Detection ?? found[i] };
        }
    }

    private static void MatchAcross(MatchedDetection[] detections, MatchedObject[] objects)
    {
        int[] found = [.. Indices(detections, d => d.Outcome == MatchOutcome.FalsePositive)];
        int[] truths = [.. Indices(objects, o => o is { IsFound: false, Object.Ignored: false })];
        var image = MatchCase.OfBoxes(Array.ConvertAll(found, d => detections[d].Detection), Array.ConvertAll(truths, t => objects[t].Object));
        var pairs = Enumerable.Range(0, found.Length).SelectMany(d => Enumerable.Range(0, truths.Length).Select(t => (Detection: d, Truth: t, IoU: image.Overlaps[d, t])))
            .Where(p => p.IoU >= Threshold)
            .OrderByDescending(p => p.IoU);
        foreach (var (d, t, _) in pairs)
        {
            if (detections[found[d]].Object is not null || objects[truths[t]].TakenFor is not null) continue;
            detections[found[d]] = detections[found[d]] with { Object = truths[t] };
            objects[truths[t]] = objects[truths[t]] with { TakenFor = found[d] };
        }
    }

    private static IEnumerable<int> Indices<T>(T[] items, Func<T, bool> which) => Enumerable.Range(0, items.Length).Where(i => which(items[i]));
}

/// <summary>A detection and what it matches.</summary>
/// <param name="Detection">The detection.</param>
/// <param name="Outcome">A true or a false positive, or ignored.</param>
/// <param name="Object">
/// The index of the object it matches; of a false positive, that of an object of another class which it was taken for; null: there is none.
/// </param>
public readonly record struct MatchedDetection(Detection Detection, MatchOutcome Outcome, int? Object);

/// <summary>An object of the ground truth and what matches it.</summary>
/// <param name="Object">The object.</param>
/// <param name="Detection">The index of the detection of its class; null: none, the object was missed.</param>
/// <param name="TakenFor">The index of the detection of another class in its place; null: none.</param>
public readonly record struct MatchedObject(GroundTruthBox Object, int? Detection, int? TakenFor)
{
    /// <summary>Whether a detection of its class matches it.</summary>
    public bool IsFound => Detection is not null;
}
