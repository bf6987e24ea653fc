using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests.Detection.Standalone;

/// <summary>Networks of one strided convolution with random weights per head, on a 96 × 64 image: grids of any kind, full of boxes.</summary>
internal static class RandomYolo
{
    public const int Width = 96;
    public const int Height = 64;

    /// <summary>Makes a network; strides are 16, 32, … from the first head on.</summary>
    public static OnnxModel Create(IReadOnlyList<YoloHead> heads, int seed)
    {
        var random = new Random(seed);
        var builder = new GraphWriter("random");
        builder.Input("image", TensorProto.Types.DataType.Float, 1, 3, Height, Width);
        for (var i = 0; i < heads.Count; i++) AddHead(builder, heads[i], 16L << i, random);
        var model = builder.Build("random");
        model.SetYoloHeads(heads);
        model.SetNames([.. Enumerable.Range(0, heads[0].Classes).Select(c => $"c{c}")]);
        return model;
    }

    private static void AddHead(GraphWriter builder, YoloHead head, long stride, Random random)
    {
        var channels = head.Anchors.Count * (5 + head.Classes);
        var (width, height) = (Width / stride, Height / stride);
        var weights = Enumerable.Range(0, (int)(channels * 3 * stride * stride)).Select(_ => (random.NextSingle() - 0.5f) * 12 / stride).ToArray();
        var conv = builder.Node("Conv", null,
            ["image", builder.Floats($"{head.Output}.weights", weights, channels, 3, stride, stride)], ("strides", new[] { stride, stride }));
        if (head.NewCoordinates) conv = builder.Node("Sigmoid", null, [conv]);
        if (head.ChannelsLast)
        {
            builder.Node("Transpose", head.Output, [conv], ("perm", new long[] { 0, 2, 3, 1 }));
            builder.Output(head.Output, TensorProto.Types.DataType.Float, 1, height, width, channels);
        }
        else
        {
            builder.Node("Identity", head.Output, [conv]);
            builder.Output(head.Output, TensorProto.Types.DataType.Float, 1, channels, height, width);
        }
    }
}
