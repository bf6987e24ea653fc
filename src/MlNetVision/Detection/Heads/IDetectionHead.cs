using System.Text.Json.Serialization;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// One independent part of a detection network's output: it decodes one or several outputs into boxes with classes. The Darknet grid
/// (<see cref="YoloHead"/>) is one; <see cref="DetectionHeads.Register"/> adds others, and detectors, standalone models, saved pipelines and <c>model
/// info</c> take them from there. Heads are immutable and thread-safe.
/// </summary>
/// <remarks>
/// Any other exception than <see cref="BadModelException"/>, and null, becomes a <see cref="BadModelException"/> that names the head.
/// </remarks>
[JsonConverter(typeof(DetectionHeadConverter))]
public interface IDetectionHead
{
    /// <summary>The name of its <see cref="DetectionHeadFormat"/>.</summary>
    string Format { get; }

    /// <summary>The names of the ONNX outputs that it reads, in the order in which <see cref="IHeadDecoder.Decode"/> takes them.</summary>
    IReadOnlyList<string> Outputs { get; }

    /// <summary>The number of classes.</summary>
    int Classes { get; }

    /// <summary>What is usual for the family of its networks. Default: Darknet's.</summary>
    HeadConventions Conventions => HeadConventions.Darknet;

    /// <summary>Checks that the head fits the outputs of its network.</summary>
    /// <param name="model">The model's name in messages.</param>
    /// <param name="outputs">The outputs of the network, in the order of <see cref="Outputs"/>.</param>
    /// <exception cref="BadModelException">They do not fit; the message names the output and states what was expected.</exception>
    void Check(string model, IReadOnlyList<HeadOutput> outputs);

    /// <summary>Makes the decoder of its outputs.</summary>
    /// <param name="networkWidth">The width of the network's input in pixels.</param>
    /// <param name="networkHeight">The height of the network's input in pixels.</param>
    /// <exception cref="BadModelException">The head cannot be decoded.</exception>
    IHeadDecoder CreateDecoder(int networkWidth, int networkHeight);

    /// <summary>Appends the decoding to the network's graph, for standalone models.</summary>
    /// <param name="graph">The graph of the network.</param>
    /// <param name="outputs">The outputs of the network, in the order of <see cref="Outputs"/>.</param>
    /// <param name="networkWidth">The width of the network's input in pixels.</param>
    /// <param name="networkHeight">The height of the network's input in pixels.</param>
    HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight);

    /// <summary>A short description, such as <c>YOLO grid 20×20, 3 anchors × (5 + 3 classes)</c>.</summary>
    /// <param name="outputs">The outputs of the network, in the order of <see cref="Outputs"/>.</param>
    string Describe(IReadOnlyList<HeadOutput> outputs);

    /// <summary>The head as JSON, which <see cref="DetectionHeadFormat.FromJson"/> reads.</summary>
    string ToJson();
}

/// <summary>Decodes the outputs of one head. Thread-safe.</summary>
public interface IHeadDecoder
{
    /// <summary>Appends the candidates of one image.</summary>
    /// <param name="outputs">
    /// The values of the head's outputs, in the order of <see cref="IDetectionHead.Outputs"/>; valid only during the call.
    /// </param>
    /// <param name="thresholds">The confidence thresholds.</param>
    /// <param name="candidates">The list to append to: candidates whose score reaches the threshold of their class.</param>
    /// <exception cref="BadModelException">The values have another shape than the head expects.</exception>
    void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates);

    /// <summary>
    /// Adds to a detection what is costly or needed after suppression only, such as its mask. Default: it stays as it is.
    /// </summary>
    /// <param name="detection">The detection in pixels of the image, with the candidate's <see cref="Detection.Extra"/>.</param>
    /// <param name="outputs">As for <see cref="Decode"/>.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) => detection;
}

/// <summary>An output that a head reads.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Shape">Its dimensions for one image, batch first.</param>
public sealed record HeadOutput(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>The number of its elements.</summary>
    [JsonIgnore]
    public long Length => Shape.Aggregate(1L, (product, d) => checked(product * d));

    /// <summary>An output as the model declares it, for one image; null where a dimension beside the batch is free.</summary>
    internal static HeadOutput? Declared(OnnxValue output) => output.Shape.Count > 1 && output.Shape.Skip(1).All(d => d is > 0 and <= int.MaxValue)
        ? new(output.Name, [.. output.Shape.Select(d => d ?? 1)])
        : null;
}

/// <summary>The values of an output for one image.</summary>
/// <param name="Values">The elements, the last axis fastest.</param>
/// <param name="Shape">The dimensions, batch first.</param>
public readonly record struct HeadValues(ReadOnlyMemory<float> Values, IReadOnlyList<long> Shape);

/// <summary>A box that may become a detection.</summary>
/// <param name="Box">The box in pixels of the network's input, not clipped.</param>
/// <param name="ClassIndex">The class.</param>
/// <param name="Score">The score, 0 to 1.</param>
/// <param name="Extra">Further values of the head, such as mask coefficients or key points. Default: none.</param>
public readonly record struct DetectionCandidate(BoundingBox Box, int ClassIndex, float Score, ReadOnlyMemory<float> Extra = default)
{
    /// <summary>How far the box is turned about its centre, clockwise in radians. Default: null, not turned.</summary>
    public float? Angle { get; init; }
}

/// <summary>The outputs that a head appends to a graph.</summary>
/// <param name="Boxes">Float, 1 × n × 4: left, top, right, bottom, 0 to 1 across the network's input, not clipped.</param>
/// <param name="Scores">Float, n × classes, 0 to 1.</param>
/// <param name="Count">n.</param>
public readonly record struct HeadTensors(GraphTensor Boxes, GraphTensor Scores, long Count);
