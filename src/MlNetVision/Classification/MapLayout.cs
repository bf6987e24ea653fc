using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

/// <summary>Tells the order of the axes of a feature map.</summary>
internal static class MapLayout
{
    /// <summary>
    /// N, C, H, W unless the map comes from a transposition to N, H, W, C or from an input of that order: convolutions and
    /// poolings of ONNX all give the former, and what stands between leaves the axes in place.
    /// </summary>
    public static PixelLayout Of(GraphProto graph, string map)
    {
        var makers = graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        while (makers.TryGetValue(map, out var node))
        {
            if (node.OpType == "Transpose") return node.Integers("perm") is [0, 2, 3, 1] ? PixelLayout.Nhwc : PixelLayout.Nchw;
            if (node.OpType.EndsWith("Conv", StringComparison.Ordinal) || node.OpType.EndsWith("Pool", StringComparison.Ordinal)) return PixelLayout.Nchw;
            // Constants may stand first, as in Mul(scale, x).
            if (node.Input.FirstOrDefault(i => makers.TryGetValue(i, out var maker) && maker.OpType != "Constant") is not { } from) break;
            map = from;
        }
        return PixelLayout.Nchw;
    }
}
