using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary>Our doors, from files to boxes.</summary>
internal static class Ours
{
    /// <summary><c>DetectManyAsync</c>: several images at once.</summary>
    public static Contender Many(ObjectDetector detector) => new("ours, many images", images => Counts(detector, images).Sum());

    /// <summary><see cref="ObjectDetector.Detect"/>: one image after the other.</summary>
    public static Contender One(ObjectDetector detector) => new("ours, one image at a time", images => images.Sum(p => detector.Detect(p).Detections.Count));

    /// <summary>Rows through the ML.NET chain.</summary>
    public static Contender Rows(string model)
    {
        var rows = new RowDetector(model);
        return new Contender("ours, ML.NET rows", images => rows.Counts(images).Sum(), rows);
    }

    /// <summary>The number of boxes of each image, one after the other.</summary>
    public static IEnumerable<int> Counts(ObjectDetector detector, IEnumerable<string> images) =>
        detector.DetectManyAsync(images).ToBlockingEnumerable().Select(o => (o.Result ?? throw o.Error!).Detections.Count);
}
