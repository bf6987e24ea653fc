using System.Globalization;
using MlNetVision.Detection;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

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
        // Files of IR version 3, such as Tiny YOLO v2, list their weights among the inputs.
        var weights = model.Graph.Initializer.Select(i => i.Name).ToHashSet();
        var input = model.Graph.Input.FirstOrDefault(i => !weights.Contains(i.Name));
        var shape = Shape(input);
        if (shape is [_, var channels, var height, var width]
            && Fits(channels, 3) && Fits(height, InputHeight) && Fits(width, InputWidth)) return;
        throw new BadModelException(
            $"{model.Name}: the catalogue's '{Name}' has the input 1×3×{InputHeight}×{InputWidth}, found {Describe(input)}. Is it another model?");
    }

    // A map of class indices has no axis of classes, so its shape does not identify the model.
    private void CheckClasses(OnnxModel model)
    {
        var output = model.Graph.Output.FirstOrDefault(o => o.Name == "out") ?? model.Graph.Output.FirstOrDefault();
        if (Shape(output) is not [_, var first, _, var last] || Labels.Count == 0) return;
        if (first is null or 1 || last == 1 || first == Labels.Count || last == Labels.Count) return;
        throw new BadModelException(
            $"{model.Name}: the catalogue's '{Name}' has scores of {Labels.Count} classes, found {Describe(output)}. Is it another model?");
    }

    private static bool Fits(long? found, int expected) => expected == 0 || found is null || found == expected;

    private static long?[]? Shape(ValueInfoProto? value) => value?.Type?.TensorType?.Shape is { } shape
        ? [.. shape.Dim.Select(d => d.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? d.DimValue : (long?)null)]
        : null;

    private static string Describe(ValueInfoProto? value) => value is null ? "none"
        : $"'{value.Name}' of shape "
            + $"{(Shape(value) is { } shape ? string.Join('×', shape.Select(d => d?.ToString(CultureInfo.InvariantCulture) ?? "?")) : "unknown")}";
}
