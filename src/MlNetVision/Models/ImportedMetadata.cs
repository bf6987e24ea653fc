using System.Globalization;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Models;

/// <summary>Converts an importer's facts into vision metadata and YOLO heads.</summary>
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
        if (imported.Outputs.Count > 0) model.SetYoloHeads([.. imported.Outputs.Select(o => Head(model, o))]);
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
        model.Metadata[VisionMetadata.ResizeKey] = fit switch
        {
            ImportedFit.Stretch => "stretch",
            ImportedFit.Letterbox => "letterbox",
            ImportedFit.CenterCrop => "crop",
            _ => throw Bad(model, $"the fit {(int)fit}", "a value of ImportedFit"),
        };
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

    private static YoloHead Head(OnnxModel model, ImportedOutput output) => output.Kind switch
    {
        "region" => new YoloHead
        {
            Output = output.Output,
            Kind = YoloHeadKind.Region,
            Anchors = Anchors(model, output),
            Classes = Classes(model, output),
            SoftmaxClasses = output.Number("softmax", 0) != 0,
        },
        "yolo" => new YoloHead
        {
            Output = output.Output,
            Kind = YoloHeadKind.Yolo,
            Anchors = Anchors(model, output),
            Classes = Classes(model, output),
            ScaleXY = (float)output.Number("scale_x_y", 1),
            NewCoordinates = output.Number("new_coords", 0) != 0,
        },
        _ => throw Bad(model, $"the output '{output.Output}' of a section '{output.Kind}'", "region or yolo"),
    };

    private static int Classes(OnnxModel model, ImportedOutput output) => output.Number("classes", 0) is >= 1 and <= int.MaxValue and var classes
        ? (int)classes
        : throw Bad(model, $"{output.Number("classes", 0)} classes of the output '{output.Output}'", "at least 1");

    /// <summary>The anchors that the mask selects, in its order; all without a mask.</summary>
    private static AnchorSize[] Anchors(OnnxModel model, ImportedOutput output)
    {
        var numbers = output.Numbers("anchors");
        if (numbers.Count == 0 || numbers.Count % 2 != 0)
            throw Bad(model, $"{numbers.Count} numbers as the anchors of the output '{output.Output}'", "a width and a height for each");
        AnchorSize[] all = [.. numbers.Chunk(2).Select(pair => new AnchorSize((float)pair[0], (float)pair[1]))];
        var mask = output.Numbers("mask");
        if (mask.Any(m => m < 0 || m >= all.Length))
            throw Bad(model, $"the mask {string.Join(',', mask)} for the output '{output.Output}'", $"anchors from 0 to {all.Length - 1}");
        return mask.Count > 0 ? [.. mask.Select(m => all[(int)m])] : all;
    }

    private static BadModelException Bad(OnnxModel model, string found, string expected) =>
        new($"{model.Name}: the importer gives {found}; expected {expected}.");
}
