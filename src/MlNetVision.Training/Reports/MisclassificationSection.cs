using System.Xml.Linq;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The misclassified images.</summary>
internal static class MisclassificationSection
{
    private const int Side = 160;

    public static XElement Of(ClassificationEvaluation evaluation, int most)
    {
        var misclassified = Misclassification.Of(evaluation).ToList();
        if (misclassified.Count == 0) return ReportPage.Section("Misclassified images", "There are none.");
        var shown = misclassified.Count > most ? $"The {most} most confident of {misclassified.Count}"
            : misclassified.Count == 1 ? "The only one" : $"All {misclassified.Count}, the most confident first";
        return ReportPage.Section(
            "Misclassified images", $"{shown}. A confident misclassification is often a wrong label in the data set.",
            Tag("div", Class("gallery"), misclassified.Take(most).AsParallel().AsOrdered().Select(Card).ToList()));
    }

    private static XElement Card(Misclassification item)
    {
        var name = Path.GetFileName(item.Path);
        return Tag("figure",
            Thumbnail(item.Path) is { } uri ? Tag("img", Attribute("alt", name), Attribute("src", uri)) : Tag("div", Class("gone"), "cannot be read"),
            Tag("figcaption",
                Tag("span", Class("predicted"), item.Predicted, " ", Tag("b", ReportPage.Percent(item.Score))),
                Tag("span", Class("truth"), item.GroundTruth, " ", ReportPage.Percent(item.GroundTruthScore)),
                Tag("span", Class("name"), Attribute("title", item.Path), name)));
    }

    /// <summary>The image in a few kilobytes; null where it is gone or damaged.</summary>
    private static string? Thumbnail(string path)
    {
        try
        {
            using var image = RgbImage.Load(path);
            var scale = Math.Min(1, (double)Side / Math.Max(image.Width, image.Height));
            var (width, height) = (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
            using var small = ImageResizer.Resize(image, new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
            return DataUri.Of(small, ImageFormat.Jpeg);
        }
        catch (BadImageException)
        {
            return null;
        }
    }
}
