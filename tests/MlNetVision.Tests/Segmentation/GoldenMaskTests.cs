using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

/// <summary>Against <c>../shared/goldens/segmentation</c>: Pillow's antialiased bilinear resize, ONNX Runtime, argmax, nearest neighbour back.</summary>
[TestClass]
public sealed class GoldenMaskTests
{
    private static readonly string[] Images = ["cars", "chicago", "cycle", "dog", "giraffe_zebra", "hoovertowernight", "monalisa"];

    public static IEnumerable<object[]> Cases =>
        from model in new[] { "deeplabv3-mobilenetv2-voc-257", "deeplabv3-mobilenetv2-voc-513-uint8" }
        from resize in new[] { ResizeMode.Stretch, ResizeMode.Letterbox }
        from upsampling in new[] { MaskUpsampling.Scores, MaskUpsampling.Classes }
        select new object[] { model, resize, upsampling };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Segment_PublishedNetworks_AgreeWithGolden(string model, ResizeMode resize, MaskUpsampling upsampling)
    {
        using var segmenter = Segmenter.Load(Shared.Path("models", "onnx", $"{model}.onnx"), new SegmenterOptions { Resize = resize, Upsampling = upsampling });
        foreach (var image in Images)
        {
            var found = segmenter.Segment(Shared.Path("data", "images", $"{image}.jpg")).Mask;
            using var golden = RgbImage.Load(Shared.Path("goldens", "segmentation", model, resize.ToString().ToLowerInvariant(), $"{image}.png"));
            Assert.AreEqual((golden.Width, golden.Height), (found.Width, found.Height));
            var expected = Indices(golden);
            var agreeing = expected.Zip(found.Classes.ToArray()).Count(p => p.First == p.Second);
            Assert.IsGreaterThanOrEqualTo(0.98, (double)agreeing / expected.Length, $"{image}: pixel agreement");
            foreach (var c in expected.Distinct().Where(c => expected.Count(e => e == c) >= 0.03 * expected.Length))
                Assert.IsGreaterThanOrEqualTo(0.93, IoU(expected, found.Classes, c), $"{image}: IoU of {found.LabelOf(c)}");
        }
    }

    // The chain's own network takes bytes and normalises in its graph; here floats are made by hand and ONNX Runtime runs alone.
    [TestMethod]
    public void Scores_OfTheChain_EqualThoseOfOnnxRuntimeAlone()
    {
        var model = OnnxModel.Load(Shared.Path("models", "onnx", "deeplabv3-mobilenetv2-voc-257.onnx"));
        var network = SegmentationNetwork.Of(model, new SegmenterOptions());
        using var image = RgbImage.Load(Shared.Path("data", "images", "dog.jpg"));
        using var small = ImageResizer.Resize(image, network.Settings.Resize, out _);
        var pixels = Enumerable.Range(0, 257 * 257 * 3).Select(i => small.Pixels[i / 3 * 4 + i % 3]).ToArray();

        var alone = Run(model, OrtValue.CreateTensorValueFromMemory(pixels.Select(p => p / 127.5f - 1).ToArray(), [1, 257, 257, 3]), "ResizeBilinear_3");
        var chained = Run(network.Prepare(), OrtValue.CreateTensorValueFromMemory(pixels, [1, 257, 257, 3]), PipelineColumns.Outputs);

        Assert.HasCount(alone.Length, chained);
        Assert.IsLessThan(1e-4, alone.Zip(chained).Max(p => Math.Abs(p.First - p.Second)));
    }

    private static float[] Run(OnnxModel model, OrtValue input, string output)
    {
        using var session = new InferenceSession(model.ToBytes());
        using var options = new RunOptions();
        using var values = session.Run(options, session.InputNames, [input], [output]);
        input.Dispose();
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }

    // Grey images of class indices: red is the index.
    private static byte[] Indices(RgbImage grey)
    {
        var indices = new byte[grey.Width * grey.Height];
        for (var i = 0; i < indices.Length; i++) indices[i] = grey.Pixels[4 * i];
        return indices;
    }

    private static double IoU(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, byte c)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] == c && b[i] == c) both++;
            if (a[i] == c || b[i] == c) either++;
        }
        return (double)both / either;
    }
}
