using MlNetVision.Detection;
using MlNetVision.Onnx;

namespace MlNetVision.Models;

public sealed partial record CatalogueEntry
{
    /// <summary>
    /// Writes the catalogue's facts on this model — task, labels, input size, input normalisation, resize mode, licence and
    /// detection head — into the metadata of its ONNX model. Without a head in the catalogue, the model's own is kept.
    /// </summary>
    /// <param name="model">The official export, changed in place.</param>
    /// <exception cref="BadModelException">The model's input or output has another shape than the catalogue's.</exception>
    public void Apply(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckInput(model);
        if (Task == "segment") CheckClasses(model);
        DetectionHeads.WriteCatalogued(this, model);
        if (Labels.Count > 0) model.SetNames(Labels);
        model.Metadata[VisionMetadata.TaskKey] = Task;
        // A free input size stays free.
        if (InputWidth > 0) model.SetImageSize(InputHeight, InputWidth);
        model.Metadata[VisionMetadata.PreprocessKey] = Preprocess;
        model.Metadata[VisionMetadata.ResizeKey] = Resize;
        model.Metadata[VisionMetadata.LicenseKey] = License;
    }

    private void CheckInput(OnnxModel model)
    {
        var input = model.Inputs is [var first, ..] ? first : null;
        if (input is { Shape: [_, var channels, var height, var width] }
            && Fits(channels, 3) && Fits(height, InputHeight) && Fits(width, InputWidth)) return;
        throw new BadModelException(
            $"{model.Name}: the catalogue's '{Name}' has the input 1×3×{InputHeight}×{InputWidth}, found {Describe(input)}. Is it another model?");
    }

    // A map of class indices has no axis of classes, so its shape does not identify the model.
    private void CheckClasses(OnnxModel model)
    {
        var outputs = model.Outputs;
        var output = outputs.FirstOrDefault(o => o.Name == "out") ?? (outputs is [var any, ..] ? any : null);
        if (output is not { Shape: [_, var first, _, var last] } || Labels.Count == 0) return;
        if (first is null or 1 || last == 1 || first == Labels.Count || last == Labels.Count) return;
        throw new BadModelException(
            $"{model.Name}: the catalogue's '{Name}' has scores of {Labels.Count} classes, found {Describe(output)}. Is it another model?");
    }

    private static bool Fits(long? found, int expected) => expected == 0 || found is null || found == expected;

    /// <summary>A tensor of another model than the catalogue's, for messages.</summary>
    internal static string Describe(OnnxValue? value) =>
        value is null ? "none" : $"'{value.Name}' of shape {(value.HasShape ? OnnxValue.ShapeText(value.Shape) : "unknown")}";
}
