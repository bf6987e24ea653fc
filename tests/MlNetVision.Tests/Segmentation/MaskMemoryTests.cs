using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

/// <summary>
/// What the masks of 12 megapixels take, counted as bytes allocated, which are never fewer than the bytes held: beyond the
/// mask's own byte a pixel and the confidences that are asked for, less than one float a pixel.
/// </summary>
[TestClass]
public sealed class MaskMemoryTests
{
    private const int Width = 4000;
    private const int Height = 3000;
    private const long Pixels = (long)Width * Height;
    private const long Plane = Pixels * sizeof(float);
    private const long Small = 1 << 20;

    [TestMethod]
    [DataRow(MaskUpsampling.Scores)]
    [DataRow(MaskUpsampling.Classes)]
    public void Segment_TwelveMegapixels_NoFloatPlane(MaskUpsampling upsampling) =>
        Assert.IsLessThan(Pixels + Small, Allocated(new() { Upsampling = upsampling }, out _));

    [TestMethod]
    public void Segment_TwelveMegapixelsWithConfidence_OneFloatPlaneAndItIsTheConfidence()
    {
        Assert.IsLessThan(Pixels + Plane + Small, Allocated(new() { WithConfidence = true }, out var mask));
        Assert.AreEqual(Pixels, mask.Confidence.Length);
    }

    [TestMethod]
    [DataRow(21, 257)]
    [DataRow(21, 1025)]
    [DataRow(200, 512)]
    public void Segment_TwelveMegapixelsInWindows_LessThanOneFloatPlane(int classes, int side)
    {
        var model = Network(classes, side);
        var network = SegmentationNetwork.Of(model, new() { Preprocess = "unit" });
        var scores = new float[network.Settings.Output.Length];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var blend = new WindowSegmenter(network.Settings, network.Input).Blend(Width, Height, out _, out _);
        blend.Add(0, 0, scores);
        // A window's own classes and largest scores come and go.
        var scratch = (long)side * side * (sizeof(byte) + sizeof(float));
        Assert.IsLessThan(Pixels + Plane + Small + scratch, GC.GetAllocatedBytesForCurrentThread() - before);
        GC.KeepAlive(blend);
    }

    [TestMethod]
    public void Matte_TwelveMegapixels_BytePlanesOnly()
    {
        using var image = new RgbImage(Width, Height);
        var mask = new SegmentationMask(Width, Height, new byte[Pixels], ["background", "dog"], new float[Pixels]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Compositor.Matte(image, mask);
        // The classes kept, the matte, a plane of shares and the blurs' buffer.
        Assert.IsLessThan(5 * Pixels, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The bytes that one mask takes once the network and its buffers are there.</summary>
    private static long Allocated(SegmenterOptions options, out SegmentationMask mask)
    {
        const int Side = 128;
        using var segmenter = Segmenter.Load(Network(classes: 21, Side), options with { Preprocess = "unit", Threads = 1 });
        using var small = new RgbImage(Side, Side);
        segmenter.Segment(small);
        using var image = new RgbImage(Width, Height);
        new Random(1).NextBytes(image.Pixels);
        var before = GC.GetAllocatedBytesForCurrentThread();
        mask = segmenter.Segment(image).Mask;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>One 1×1 convolution, whose many classes follow the colours.</summary>
    private static OnnxModel Network(int classes, int side)
    {
        var builder = new GraphWriter("colours");
        var image = builder.Input("image", TensorProto.Types.DataType.Float, 1, 3, side, side);
        float[] weights = [.. Enumerable.Range(0, 3 * classes).Select(i => MathF.Sin(i))];
        var scores = builder.Node("Conv", "scores", [image, builder.Floats("weights", weights, classes, 3, 1, 1)]);
        builder.Output(scores, TensorProto.Types.DataType.Float, 1, classes, side, side);
        var model = builder.Build();
        model.SetNames([.. Enumerable.Range(0, classes).Select(i => $"class {i}")]);
        return model;
    }
}
