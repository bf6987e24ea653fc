using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Detection;

/// <summary>What is known of a detection network whose metadata names no heads: its outputs, and what other programs wrote.</summary>
/// <param name="Model">The network.</param>
/// <param name="Width">The width of its input in pixels.</param>
/// <param name="Height">The height of its input in pixels.</param>
/// <param name="Outputs">Its outputs of float numbers, for one image.</param>
public sealed record NetworkForm(OnnxModel Model, int Width, int Height, IReadOnlyList<HeadOutput> Outputs)
{
    /// <summary>The names of the classes that the file or the user states; null: none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The anchors that the user states, in pixels of the input; null: none.</summary>
    public IReadOnlyList<AnchorSize>? Anchors { get; init; }

    /// <summary>Whether the user named the family, so that it only has to fit. Default: false.</summary>
    public bool IsAsked { get; init; }

    /// <summary>The only output; null where there are several.</summary>
    internal HeadOutput? Single => Outputs is [var only] ? only : null;

    /// <summary>The number of classes that the labels state; null: not known.</summary>
    internal int? Classes => Labels?.Count;

    /// <summary>Ultralytics' task, such as <c>detect</c> or <c>pose</c>; null where the network is not of Ultralytics, or does not say.</summary>
    internal string? UltralyticsTask => StatedInput.IsOfUltralytics(Model) ? Model.Metadata[VisionMetadata.TaskKey] : null;

    /// <summary>Whether Ultralytics wrote the file.</summary>
    internal bool IsOfUltralytics => StatedInput.IsOfUltralytics(Model);

    /// <summary>The number of classes of an output with a number of channels beside those of the classes; null where it does not fit the labels.</summary>
    internal int? ClassesIn(long channels, int others) =>
        channels - others is > 0 and <= 1 << 20 and var classes && (Classes is null || Classes == classes) ? (int)classes : null;

    /// <summary>
    /// The operators that give the parts of an output that was joined along its channels, in order: of YOLOX <c>Conv, Sigmoid, Sigmoid</c>. Operators
    /// that only move or quantise values are passed over. Empty where an output is not joined, or was computed further.
    /// </summary>
    internal IReadOnlyList<string> PartsOf(string output)
    {
        var (name, parts) = (output, (IReadOnlyList<string>)[]);
        for (var left = Model.Graph.Node.Count; left > 0 && Producer(name) is { } node; left--)
        {
            if (node.OpType == "Concat")
            {
                // Levels are joined along the boxes, parts along the channels: the innermost join is that of the channels.
                var producers = node.Input.Select(Source).ToList();
                parts = [.. producers.Select(p => p?.OpType ?? "")];
                if (producers.Exists(p => p is null)) return parts;
            }
            else if (!IsPassing(node))
            {
                return parts;
            }
            name = node.Input.FirstOrDefault() ?? "";
        }
        return parts;
    }

    /// <summary>The node that computes a tensor, behind those that only move or quantise values.</summary>
    private NodeProto? Source(string tensor)
    {
        var node = Producer(tensor);
        for (var left = Model.Graph.Node.Count; left > 0 && node is { Input.Count: > 0 } && IsPassing(node); left--) node = Producer(node.Input[0]);
        return node;
    }

    private static bool IsPassing(NodeProto node) => node.OpType is "Transpose" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Identity"
        or "Cast" or "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear";

    private NodeProto? Producer(string tensor) => Model.Graph.Node.FirstOrDefault(n => n.Output.Contains(tensor));
}
