using System.Collections.Frozen;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>Operators that ONNX Runtime lacks, since they belong to its extensions, to TensorRT or to another program.</summary>
public static class ForeignOperators
{
    private const string TensorRtEnding = "_TRT";
    private const int MostNamed = 5;

    /// <summary>The domains of ONNX Runtime's own operators.</summary>
    private static readonly FrozenSet<string> Own = new[]
    {
        "", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.experimental", "com.microsoft.nchwc",
        "com.ms.internal.nhwc",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Extensions = new[] { "ai.onnx.contrib", "com.microsoft.extensions" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Checks that ONNX Runtime has the operators of a network, as far as their names tell; it checks the rest itself.</summary>
    /// <exception cref="BadModelException">It lacks some; the message names them, where they come from, and what to do.</exception>
    public static void RequireNone(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Describe(model) is { } problem) throw new BadModelException($"{model.Name}: {problem}");
    }

    private static string? Describe(OnnxModel model)
    {
        var functions = model.Proto.Functions.Select(f => (OnnxNodes.NormalDomain(f.Domain), f.Name)).ToHashSet();
        var foreign = model.Graph.AllNodes().Where(n => IsForeign(n) && !functions.Contains((n.Domain, n.OpType))).ToList();
        if (foreign.Count == 0) return null;
        var names = foreign.Select(n => n.Domain.Length == 0 ? n.OpType : $"{n.Domain}::{n.OpType}").Distinct().ToList();
        var named = string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
        return $"has operators that ONNX Runtime lacks: {named}. {Way(foreign)}";
    }

    private static bool IsForeign(NodeProto node) => !Own.Contains(OnnxNodes.NormalDomain(node.Domain)) || IsOfTensorRt(node);

    private static bool IsOfTensorRt(NodeProto node) => node.OpType.EndsWith(TensorRtEnding, StringComparison.Ordinal)
        || node.Domain.Equals("TRT", StringComparison.OrdinalIgnoreCase) || node.Domain.StartsWith("trt.", StringComparison.OrdinalIgnoreCase);

    private static string Way(List<NodeProto> foreign) =>
        foreign.Exists(IsOfTensorRt) ? "They are plugins of TensorRT: export the network without them, such as without non-maximum suppression, or for ONNX Runtime "
            + "(YOLO v7: export.py --grid, or --grid --end2end --max-wh 640)."
        : foreign.Exists(n => Extensions.Contains(n.Domain))
            ? "They come from onnxruntime-extensions, which puts pre- and post-processing into the network: export it without these."
            : "Export the network with the standard operators of ONNX.";
}
