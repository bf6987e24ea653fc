using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>The model card in a standalone classifier's <c>.zip</c>.</summary>
internal static class StandaloneClassifierCard
{
    /// <summary>The text of the card.</summary>
    /// <param name="settings">The settings of the chain.</param>
    /// <param name="times">The factor between image and network input.</param>
    public static string Text(ClassificationSettings settings, int times) => string.Create(CultureInfo.InvariantCulture, $"""
        # A standalone image classifier for ML.NET

        `mlContext.Model.Load` reads it with Microsoft.ML, Microsoft.ML.ImageAnalytics, Microsoft.ML.OnnxTransformer and
        Microsoft.ML.OnnxRuntime; nothing of MlNetVision is needed. Extra entries such as this one are ignored.

        From the text column `{ChainFile.ImagePath}` (the path of an image) it makes:

        - `PredictedLabel` (text): the class of the highest score.
        - `Score` (a vector of {settings.Labels.Count} floats): the score of each class, in the order below.

        Images are {Resizing(settings.Resize.Mode)} {settings.Resize.Width * times} × {settings.Resize.Height * times} pixels by ML.NET's `ResizeImages`, and the network
        itself makes them {times} times smaller. EXIF orientation is ignored, and pixels that are see-through come out dark.
        Scores therefore differ a little from those of MlNetVision's own chain; opened by MlNetVision, this model answers as that does.

        Classes: {string.Join(", ", settings.Labels.Select(l => LabelLine(l)))}

        """);

    private static string Resizing(ResizeMode mode) => mode switch
    {
        ResizeMode.Stretch => "stretched (`Fill`) to",
        ResizeMode.Letterbox => "fitted and padded with black (`IsoPad`) to",
        _ => "made to cover and cropped (`IsoCrop`) to",
    };

    private static string LabelLine(string label) => label.ReplaceLineEndings(" ");
}
