using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>What a model is for, as its metadata says under <see cref="VisionMetadata.TaskKey"/>.</summary>
/// <param name="Name">The name in the metadata, which is the command's too.</param>
/// <param name="Noun">What messages call it.</param>
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

    /// <summary>Fails where a model says that it is for another of these tasks. Models that say nothing, or something unheard of, pass.</summary>
    /// <exception cref="BadModelException">It is; the message names the command that serves.</exception>
    public void Require(OnnxModel model)
    {
        var said = model.Metadata[VisionMetadata.TaskKey];
        var other = new[] { Detect, Segment, Classify, Stylize }.FirstOrDefault(t => t.Name == said);
        if (other is not null && other != this)
            throw new BadModelException($"{model.Name}: is a model for {other.Noun}, but one for {Noun} was expected; `mlnetvision {other.Name}` takes it.");
    }

    /// <summary>Has a model say that it is for this task.</summary>
    public OnnxModel Mark(OnnxModel model)
    {
        model.Metadata[VisionMetadata.TaskKey] = Name;
        return model;
    }
}
