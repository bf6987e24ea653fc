using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>Tells how a training went: as a page for people, and as figures for programs.</summary>
public static class TrainingReport
{
    /// <summary>The name of the page.</summary>
    public const string PageName = "report.html";

    /// <summary>The name of the figures.</summary>
    public const string MetricsName = "metrics.json";

    /// <summary>
    /// Writes <c>report.html</c>, one file that refers to nothing outside it (loss and accuracy by epoch, confusion matrix, precision,
    /// recall, F1 and ROC by class, misclassified images), and <c>metrics.json</c> with the same figures.
    /// </summary>
    /// <param name="folder">Where to; made where it is missing. Files of these names are replaced.</param>
    /// <param name="content">What the report tells. Misclassified images are read from their paths; one that is gone is told without its image.</param>
    /// <exception cref="ArgumentException">The number of mistakes to show lies outside its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, TrainingReportContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(content);
        if (content.MaxMistakes is < 0 or > 1000) throw new ArgumentException($"{content.MaxMistakes} mistakes are to be shown: 0 to 1000 were expected.", nameof(content));
        var curves = content.Evaluation is { } evaluation ? Enumerable.Range(0, evaluation.Labels.Count).Select(i => RocCurve.Of(evaluation, i)).ToList() : [];
        AtomicFile.WriteText(Path.Combine(folder, MetricsName), MetricsJson.Of(content, curves));
        AtomicFile.WriteText(Path.Combine(folder, PageName), ReportPage.Of(content, curves));
    }
}
