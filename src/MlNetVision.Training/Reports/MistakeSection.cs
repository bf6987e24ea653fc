using System.Xml.Linq;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The misclassified images.</summary>
internal static class MistakeSection
{
    private const int Side = 160;

    public static XElement Of(ClassificationEvaluation evaluation, int most)
    {
        var mistakes = Mistake.Of(evaluation).ToList();
        if (mistakes.Count == 0) return ReportPage.Section("Mistakes", "There are none.");
        var shown = mistakes.Count > most ? $"The {most} most confident of {mistakes.Count} mistakes" : mistakes.Count == 1 ? "The only mistake" : $"All {mistakes.Count} mistakes, most confident first";
        return ReportPage.Section(
            "Mistakes", $"{shown}. What the network is surest of and wrong about is often a wrong label.",
            Tag("div", Class("gallery"), mistakes.Take(most).AsParallel().AsOrdered().Select(Card).ToList()));
    }

    private static XElement Card(Mistake mistake)
    {
        var name = Path.GetFileName(mistake.Path);
        return Tag("figure",
            Thumbnail(mistake.Path) is { } uri ? Tag("img", Attribute("alt", name), Attribute("src", uri)) : Tag("div", Class("gone"), "cannot be read"),
            Tag("figcaption",
                Tag("span", Class("answer"), mistake.Answer, " ", Tag("b", ReportPage.Percent(mistake.Score))),
                Tag("span", Class("truth"), mistake.Truth, " ", ReportPage.Percent(mistake.TruthScore)),
                Tag("span", Class("name"), Attribute("title", mistake.Path), name)));
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
