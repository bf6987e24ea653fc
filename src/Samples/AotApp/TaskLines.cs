using System.Globalization;
using System.Security.Cryptography;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Segmentation;
using MlNetVision.Style;

/// <summary>The result of one task on one image, as lines.</summary>
internal static class TaskLines
{
    /// <param name="task">detect, segment, classify or stylize.</param>
    /// <param name="model">The name or file of the model.</param>
    /// <param name="image">The file of the image.</param>
    public static IEnumerable<string> Of(string task, string model, string image) => task switch
    {
        "detect" => Detect(model, image),
        "segment" => Segment(model, image),
        "classify" => Classify(model, image),
        "stylize" => Stylize(model, image),
        _ => throw new ArgumentException($"The task is '{task}'; expected detect, segment, classify or stylize.", nameof(task)),
    };

    private static IEnumerable<string> Detect(string model, string image)
    {
        using var detector = ObjectDetector.Load(model);
        foreach (var found in detector.Detect(image).Detections)
        {
            var box = found.Box;
            yield return Line($"{found.Label} {found.Score:0.000} at {box.Left:0.0} {box.Top:0.0} {box.Right:0.0} {box.Bottom:0.0}");
        }
    }

    private static IEnumerable<string> Segment(string model, string image)
    {
        using var segmenter = Segmenter.Load(model);
        foreach (var share in segmenter.Segment(image).Mask.Shares()) yield return Line($"{share.Label} {share.Pixels} pixels");
    }

    private static IEnumerable<string> Classify(string model, string image)
    {
        using var classifier = ImageClassifier.Load(model);
        foreach (var best in classifier.Classify(image).Predictions) yield return Line($"{best.Label} {best.Score:0.000}");
    }

    private static IEnumerable<string> Stylize(string model, string image)
    {
        using var stylizer = ImageStylizer.Load(model);
        using var result = stylizer.Stylize(image);
        yield return Line($"{result.Width}×{result.Height}, pixels {Convert.ToHexString(SHA256.HashData(result.Stylized.Pixels))}");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
