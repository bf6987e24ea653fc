using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>The chain of a standalone detector: ML.NET's own transforms only.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class StandaloneDetectorChain
{
    private static readonly (string Column, string Output)[] Columns =
    [
        ("Boxes", StandaloneDetector.Boxes), ("Scores", StandaloneDetector.Scores),
        ("ClassIndices", StandaloneDetector.ClassIndices), ("Labels", StandaloneDetector.Labels),
    ];

    /// <summary>From <see cref="ChainFile.ImagePath"/> to <c>Boxes</c>, <c>Scores</c>, <c>ClassIndices</c> and <c>Labels</c>.</summary>
    /// <inheritdoc cref="StandaloneDetector.Build" path="/exception"/>
    public static IEstimator<ITransformer> Create(TransformsCatalog transforms, DetectionNetwork network)
    {
        var (model, settings) = (StandaloneDetector.Build(network), network.Settings);
        string[] outputs = [.. Columns.Select(c => c.Output)];
        IEstimator<ITransformer> chain = transforms.LoadImages(PipelineColumns.Image, imageFolder: null, ChainFile.ImagePath)
            .Append(transforms.ResizeImages(
                PipelineColumns.Resized, settings.Resize.Width, settings.Resize.Height, PipelineColumns.Image,
                StandaloneParts.Kind(settings.Resize.Mode)))
            .Append(ChainParts.Apply(transforms, PipelineColumns.Resized, model, PixelNormalization.Parse(settings.Preprocess).Bgr, outputs: outputs));
        foreach (var (column, output) in Columns) chain = chain.Append(transforms.CopyColumns(column, output));
        return chain.Append(transforms.DropColumns([PipelineColumns.Image, PipelineColumns.Resized, PipelineColumns.Pixels, .. outputs]));
    }
}

/// <summary>The model card in a standalone detector's <c>.zip</c>. ML.NET ignores it.</summary>
internal static class StandaloneDetectorCard
{
    /// <summary>The text of the card.</summary>
    public static string Text(DetectionSettings settings) => string.Create(CultureInfo.InvariantCulture, $"""
        # A standalone object detector for ML.NET

        `mlContext.Model.Load` reads it with Microsoft.ML, Microsoft.ML.ImageAnalytics, Microsoft.ML.OnnxTransformer and
        Microsoft.ML.OnnxRuntime; nothing of MlNetVision is needed. Extra entries such as this one are ignored.

        From the text column `{ChainFile.ImagePath}` (the path of an image) it makes, best score first:

        - `Boxes`: four floats an object: left, top, right, bottom, each 0 to 1 across the network's input of
          {settings.Resize.Width} × {settings.Resize.Height} pixels (not of the image).
        - `Scores`: a float an object, 0 to 1.
        - `ClassIndices`: an int an object, and `Labels`: its name.

        {Mapping(settings.Resize)}

        The resize is ML.NET's: {Resampling(settings.Resize.Mode)}; EXIF orientation is ignored, and pixels that are see-through
        come out dark. Scores therefore differ a little from MlNetVision's own chain.

        - Classes: {string.Join(", ", settings.Labels)}
        - Confidence: {settings.Detection.Confidence}{Lists(settings.Detection)}
        - Non-maximum suppression: hard, {Words(settings.Detection.Suppression)}

        """);

    private static string Words(NonMaxSuppressionOptions options) => string.Create(CultureInfo.InvariantCulture,
        $"IoU {options.IoU}, {(options.ClassAgnostic ? "across classes" : "per class")}, "
        + $"{(options.MaxDetections is { } most ? $"at most {most} objects" : "any number of objects")}");

    private static string Mapping(ResizeOptions resize) => resize.Mode == ResizeMode.Stretch
        ? "Images are stretched to the input (`Fill`), so that a box times the image's width and height is in the image's pixels."
        : string.Create(CultureInfo.InvariantCulture, $"""
            Images are {(resize.Mode == ResizeMode.Letterbox
                ? "fitted into the input and padded with black, centred (`IsoPad`)"
                : "made to cover the input and cropped, centred (`IsoCrop`)")}. With
            s = {(resize.Mode == ResizeMode.Letterbox ? "min" : "max")}({resize.Width} / width, {resize.Height} / height), a box is in pixels after
            x · {resize.Width} / s − ({resize.Width} / s − width) / 2 and y · {resize.Height} / s − ({resize.Height} / s − height) / 2.
            """);

    private static string Resampling(ResizeMode mode) => mode == ResizeMode.Stretch ? "it takes the nearest pixel" : "it blends neighbouring pixels";

    private static string Lists(DetectionOptions options)
    {
        var parts = (options.ClassConfidence ?? new Dictionary<string, float>())
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")).ToList();
        if (options.Classes is { } wanted) parts.Add($"only {string.Join(", ", wanted)}");
        if (options.ExcludedClasses is { Count: > 0 } excluded) parts.Add($"without {string.Join(", ", excluded)}");
        if (options.BestClassOnly == true) parts.Add("one class a box");
        return string.Concat(parts.Select(p => $"; {p}"));
    }
}
