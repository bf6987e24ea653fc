using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>The task of a model, in its metadata under <see cref="VisionMetadata.TaskKey"/>.</summary>
/// <param name="Name">The name in the metadata and of the command.</param>
/// <param name="Noun">Its name in messages.</param>
internal sealed record VisionTask(string Name, string Noun)
{
    /// <summary>Boxes around objects.</summary>
    public static VisionTask Detect { get; } = new("detect", "detection");

    /// <summary>The class of every pixel.</summary>
    public static VisionTask Segment { get; } = new("segment", "segmentation");

    /// <summary>The class of an image.</summary>
    public static VisionTask Classify { get; } = new("classify", "classification");

    /// <summary>An image in another style.</summary>
    public static VisionTask Stylize { get; } = new("stylize", "style transfer");

    /// <summary>Checks that a model's metadata does not name another of these tasks. Models without a task, or with an unknown one, pass.</summary>
    /// <exception cref="BadModelException">The model is for another task; the message names its command.</exception>
    public void Require(OnnxModel model)
    {
        var said = model.Metadata[VisionMetadata.TaskKey];
        var other = new[] { Detect, Segment, Classify, Stylize }.FirstOrDefault(t => t.Name == said);
        if (said == Segment.Name && StatedInput.IsOfUltralytics(model))
        {
            // Its masks are of single objects, which detection gives.
            if (this == Detect) return;
            throw new BadModelException(
                $"{model.Name}: segments instances (Ultralytics), but a model for {Noun} was expected; use `mlnetvision {Detect.Name}`.");
        }
        // A detector of other kinds may have a head of the user's own.
        if (said is "pose" or "obb" && this != Detect)
            throw new BadModelException($"{model.Name}: is a model of the task '{said}' (key points or rotated boxes), but one for {Noun} was expected; "
                + $"use `mlnetvision {Detect.Name}`.");
        if (other is not null && other != this)
            throw new BadModelException(
                $"{model.Name}: is a model for {other.Noun}, but one for {Noun} was expected; use `mlnetvision {other.Name}`.");
    }

    /// <summary>Writes this task into a model's metadata.</summary>
    public OnnxModel Mark(OnnxModel model)
    {
        model.Metadata[VisionMetadata.TaskKey] = Name;
        return model;
    }
}
