using System.Globalization;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Models;

/// <summary>Converts an importer's facts into vision metadata.</summary>
internal static class ImportedMetadata
{
    /// <summary>Writes the facts into the metadata of the imported network.</summary>
    /// <returns>The network of <paramref name="imported"/>, changed in place.</returns>
    /// <exception cref="BadModelException">A final section is of an unknown kind, or an importer's facts are invalid.</exception>
    public static OnnxModel Describe(ImportedModel imported)
    {
        var model = imported.Model;
        // The order of the keys determines a converted file's bytes, which must not change.
        if (imported.InputSize is { } size)
        {
            model.SetImageSize(size.Height, size.Width);
            WriteInput(model, imported);
            WriteTask(model, imported);
        }
        else
        {
            WriteTask(model, imported);
            WriteInput(model, imported);
        }
        if (imported.Stride is { } stride) model.Metadata[VisionMetadata.StrideKey] = stride.ToString(CultureInfo.InvariantCulture);
        DetectionHeads.WriteImported(imported);
        if (imported.ClassNames is { } names) model.SetNames(names);
        return model;
    }

    private static void WriteTask(OnnxModel model, ImportedModel imported)
    {
        if (imported.Purpose is not { } purpose) return;
        model.Metadata[VisionMetadata.TaskKey] = purpose switch
        {
            ImportedPurpose.Classify => "classify",
            ImportedPurpose.Detect => "detect",
            ImportedPurpose.Segment => "segment",
            ImportedPurpose.Stylize => "stylize",
            _ => throw Bad(model, $"the purpose {(int)purpose}", "a value of ImportedPurpose"),
        };
    }

    private static void WriteInput(OnnxModel model, ImportedModel imported)
    {
        if (imported.Pixels is { } pixels) model.Metadata[VisionMetadata.PreprocessKey] = Normalization(model, pixels);
        if (imported.Fit is not { } fit) return;
        var resize = fit switch
        {
            ImportedFit.Stretch => "stretch",
            ImportedFit.Letterbox => "letterbox",
            ImportedFit.CenterCrop => "crop",
            _ => throw Bad(model, $"the fit {(int)fit}", "a value of ImportedFit"),
        };
        model.Metadata[VisionMetadata.ResizeKey] = resize;
        if (imported.FitReason is { } reason) model.Metadata[VisionMetadata.ResizeReasonKey] = $"{resize}: {reason}";
    }

    /// <summary>The name of the equal preset, or the numbers as <see cref="PixelNormalization.Parse"/> reads them.</summary>
    private static string Normalization(OnnxModel model, ImportedPixels pixels)
    {
        var (mean, deviation) = (Three(pixels.Mean), Three(pixels.Deviation));
        var text = FormattableString.Invariant(
            $"{(pixels.Bgr ? "bgr" : "rgb")}:{string.Join(',', mean.Select(Text))}:{string.Join(',', deviation.Select(Text))}");
        try
        {
            var given = PixelNormalization.Parse(text);
            return PixelNormalization.Presets.FirstOrDefault(p => p.Equals(given))?.Name ?? text;
        }
        catch (ArgumentException)
        {
            throw Bad(model, $"the input normalisation {text}", "one or three finite means and deviations, deviations other than 0");
        }
    }

    private static IReadOnlyList<float> Three(IReadOnlyList<float> values) => values is [var same] ? [same, same, same] : values;

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The error for a fact of an importer that makes no sense.</summary>
    internal static BadModelException Bad(OnnxModel model, string found, string expected) =>
        new($"{model.Name}: the importer gives {found}; expected {expected}.");
}
