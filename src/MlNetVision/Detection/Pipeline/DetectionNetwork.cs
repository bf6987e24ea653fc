using MlNetVision.Detection.Standalone;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>A detection network and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
/// <param name="Settings">The rest.</param>
internal sealed record DetectionNetwork(OnnxModel Model, NetworkInput Input, DetectionSettings Settings)
{
    /// <summary>Reads what the model says of itself; options win.</summary>
    /// <exception cref="BadModelException">The model is no YOLO network, or its parts disagree.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static DetectionNetwork Of(OnnxModel model, ObjectDetectorOptions options)
    {
        if (options.AnchorsFile is null) VisionTask.Detect.Require(model);
        model = StandaloneNetwork.Strip(model);
        var input = NetworkInput.Of(model);
        var saved = PipelineNetwork.SettingsOf(model, () => FromModel(model, input, options));
        var detection = options.Detection ?? saved.Detection;
        var settings = saved with
        {
            Resize = PipelineNetwork.ResizeTo(input, saved.Resize, options.Resize, options.Resampler, options.PadColor),
            Labels = options.LabelsFile is null ? saved.Labels : model.GetNames() ?? saved.Labels,
            Detection = options.Adjust?.Invoke(detection) ?? detection,
        };
        PipelineNetwork.RequirePreprocess(model, settings.Preprocess, options.Preprocess);
        settings.Detection.Validate(settings.Labels);
        settings.Check(model.Name);
        return new DetectionNetwork(model, input, settings);
    }

    /// <summary>The network as it stands in an ML.NET chain, with the settings in its metadata.</summary>
    public OnnxModel Prepare() => VisionTask.Detect.Mark(PipelineNetwork.Prepare(
        Model, Input, [.. Settings.Heads.Select(h => h.Output)], [.. Settings.Grids.Select(g => g.Length)], Settings));

    private static DetectionSettings FromModel(OnnxModel model, NetworkInput input, ObjectDetectorOptions options)
    {
        var labels = model.GetNames();
        var heads = options.AnchorsFile is null
            ? model.GetYoloHeads() ?? throw new BadModelException(
                $"{model.Name}: does not say which of its outputs are YOLO grids; give its anchors (and labels), or a Darknet .cfg. Outputs: {string.Join(", ", model.Outputs.Select(o => o.Name))}.")
            : YoloHeadReader.FromAnchors(model, YoloAnchorsFile.Read(options.AnchorsFile), labels);
        return new DetectionSettings
        {
            Resize = new ResizeOptions { Width = input.Width, Height = input.Height, Mode = PipelineNetwork.SavedResize(model) ?? ResizeMode.Letterbox },
            Preprocess = options.Preprocess ?? model.Metadata[VisionMetadata.PreprocessKey] ?? PixelNormalization.Unit.Name,
            Labels = labels ?? [.. Enumerable.Range(0, heads[0].Classes).Select(i => FormattableString.Invariant($"class {i}"))],
            Heads = heads,
            Grids = YoloHeadReader.Shapes(model, input, heads),
            Detection = new DetectionOptions(),
        };
    }
}
