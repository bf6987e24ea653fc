using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

/// <summary>Finds the order of the axes of a feature map.</summary>
internal static class MapLayout
{
    /// <summary>
    /// N, C, H, W unless the map comes from a transposition to N, H, W, C or from an input of that order: convolutions and
    /// poolings of ONNX are N, C, H, W, and the layers between keep the order.
    /// </summary>
    public static PixelLayout Of(GraphProto graph, string map)
    {
        var producers = graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0)
            .ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        while (producers.TryGetValue(map, out var node))
        {
            if (node.OpType == "Transpose") return node.Integers("perm") is [0, 2, 3, 1] ? PixelLayout.Nhwc : PixelLayout.Nchw;
            if (node.OpType.EndsWith("Conv", StringComparison.Ordinal) || node.OpType.EndsWith("Pool", StringComparison.Ordinal))
                return PixelLayout.Nchw;
            // The first input may be a constant, as in Mul(scale, x).
            if (node.Input.FirstOrDefault(i => producers.TryGetValue(i, out var producer) && producer.OpType != "Constant") is not { } from) break;
            map = from;
        }
        return PixelLayout.Nchw;
    }
}
