using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>Reports a training: as an HTML page, and as metrics in JSON.</summary>
public static class TrainingReport
{
    /// <summary>The file name of the page.</summary>
    public const string PageName = "report.html";

    /// <summary>The file name of the metrics.</summary>
    public const string MetricsName = "metrics.json";

    /// <summary>
    /// Writes <c>report.html</c>, one file that refers to nothing outside it (loss and accuracy by epoch, confusion matrix, precision,
    /// recall, F1 and ROC by class, misclassified images), and <c>metrics.json</c> with the same metrics.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing. Files of these names are replaced.</param>
    /// <param name="content">The content. Misclassified images are read from their paths; a missing file is listed without its image.</param>
    /// <exception cref="ArgumentException"><see cref="TrainingReportContent.MaxMisclassified"/> lies outside its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, TrainingReportContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(content);
        if (content.MaxMisclassified is < 0 or > 1000) throw new ArgumentException($"{nameof(content.MaxMisclassified)} is {content.MaxMisclassified}, expected 0 to 1000.", nameof(content));
        var curves = content.Evaluation is { } evaluation ? Enumerable.Range(0, evaluation.Labels.Count).Select(i => RocCurve.Of(evaluation, i)).ToList() : [];
        AtomicFile.WriteText(Path.Combine(folder, MetricsName), MetricsJson.Of(content, curves));
        AtomicFile.WriteText(Path.Combine(folder, PageName), ReportPage.Of(content, curves));
    }
}
