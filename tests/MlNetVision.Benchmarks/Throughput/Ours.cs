using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary>Our doors, from files to boxes.</summary>
internal static class Ours
{
    /// <summary><see cref="ObjectDetector.DetectManyAsync"/>: several pictures at once.</summary>
    public static Contender Many(ObjectDetector detector) => new("ours, many pictures", pictures => Counts(detector, pictures).Sum());

    /// <summary><see cref="ObjectDetector.Detect(string)"/>: one picture after the other.</summary>
    public static Contender One(ObjectDetector detector) => new("ours, one picture at a time", pictures => pictures.Sum(p => detector.Detect(p).Detections.Count));

    /// <summary>Rows through the ML.NET chain.</summary>
    public static Contender Rows(string model)
    {
        var rows = new RowDetector(model);
        return new Contender("ours, ML.NET rows", pictures => rows.Counts(pictures).Sum(), rows);
    }

    /// <summary>The number of boxes of each picture, one after the other.</summary>
    public static IEnumerable<int> Counts(ObjectDetector detector, IEnumerable<string> pictures) =>
        detector.DetectManyAsync(pictures).ToBlockingEnumerable().Select(o => (o.Result ?? throw o.Error!).Detections.Count);
}
