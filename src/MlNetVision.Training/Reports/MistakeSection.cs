using System.Xml.Linq;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The misclassified pictures.</summary>
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

    /// <summary>The picture in a few kilobytes; null where it is gone or damaged.</summary>
    private static string? Thumbnail(string path)
    {
        try
        {
            using var picture = Picture.Load(path);
            var scale = Math.Min(1, (double)Side / Math.Max(picture.Width, picture.Height));
            var (width, height) = (Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
            using var small = PictureResizer.Resize(picture, new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
            return DataUri.Of(small, PictureFormat.Jpeg);
        }
        catch (BadImageException)
        {
            return null;
        }
    }
}
