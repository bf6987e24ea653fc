using MlNetVision.Detection;

namespace MlNetVision.Benchmarks;

/// <summary>Our doors, from files to boxes.</summary>
internal static class Ours
{
    /// <summary><see cref="ObjectDetector.DetectManyAsync"/>: several pictures at once.</summary>
    public static Contender Many(ObjectDetector detector) => new("ours, many pictures", pictures => CountAsync(detector, pictures).GetAwaiter().GetResult());

    /// <summary><see cref="ObjectDetector.Detect(string)"/>: one picture after the other.</summary>
    public static Contender One(ObjectDetector detector) => new("ours, one picture at a time", pictures => pictures.Sum(p => detector.Detect(p).Detections.Count));

    /// <summary>Rows through the ML.NET chain.</summary>
    public static Contender Rows(string model)
    {
        var rows = new RowDetector(model);
        return new Contender("ours, ML.NET rows", rows.Count, rows);
    }

    public static async Task<int> CountAsync(ObjectDetector detector, IEnumerable<string> pictures)
    {
        var count = 0;
        await foreach (var outcome in detector.DetectManyAsync(pictures).ConfigureAwait(false))
            count += (outcome.Result ?? throw outcome.Error!).Detections.Count;
        return count;
    }
}
