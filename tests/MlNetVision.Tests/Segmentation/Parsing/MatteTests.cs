using Microsoft.ML;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Segmentation;

/// <summary>Networks that give one value for each pixel.</summary>
[TestClass]
public sealed class MatteTests
{
    [TestMethod]
    [DataRow(SegmentationForm.Matte, null)]
    [DataRow(SegmentationForm.Matte, 0.2f)]
    [DataRow(SegmentationForm.Matte, 0.9f)]
    [DataRow(SegmentationForm.MatteLogits, null)]
    [DataRow(SegmentationForm.MatteLogits, 0.7f)]
    public void Parse_RandomMatte_IsTheThresholdOfInterpolatedValues(SegmentationForm form, float? threshold)
    {
        var random = new Random(5);
        var output = new SegmentationOutput("alpha", form, 2, 7, 9, Probabilities: false) { Threshold = threshold };
        var values = Enumerable.Range(0, output.Length).Select(_ => form == SegmentationForm.Matte ? random.NextSingle() : 8 * random.NextSingle() - 4).ToArray();
        var shares = form == SegmentationForm.Matte ? values : [.. values.Select(v => 1 / (1 + MathF.Exp(-v)))];

        var mask = new MaskParser(Settings(output)).Parse(values, ImageGeometry.For(ResizeMode.Stretch, 40, 30, 9, 7));

        Assert.IsTrue(mask.IsMatte);
        for (var y = 0; y < 30; y++)
        {
            for (var x = 0; x < 40; x++)
            {
                var share = Interpolated(shares, (x + 0.5) * 9 / 40 - 0.5, (y + 0.5) * 7 / 30 - 0.5);
                var isForeground = mask[x, y] == 1;
                if (Math.Abs(share - (threshold ?? 0.5f)) > 1e-5) Assert.AreEqual(share > (threshold ?? 0.5f), isForeground, $"{x}, {y}: {share}");
                Assert.AreEqual(isForeground ? share : 1 - share, mask.Confidence[y * 40 + x], 1e-5);
            }
        }
    }

    [TestMethod]
    [DataRow(-0.5f)]
    [DataRow(1.2f)]
    [DataRow(255f)]
    public void Parse_ValueBeyondTheRange_SaysWhichFormRawValuesHave(float value)
    {
        var output = new SegmentationOutput("alpha", SegmentationForm.Matte, 2, 1, 2, Probabilities: false);
        var error = Assert.ThrowsExactly<BadModelException>(() => new MaskParser(Settings(output)).Parse(new[] { 0.5f, value }, ImageGeometry.For(ResizeMode.Stretch, 2, 1, 2, 1)));
        StringAssert.Contains(error.Message, "matte-logits");
    }

    [TestMethod]
    [DataRow("Sigmoid", SegmentationForm.Matte)]
    [DataRow("HardSigmoid", SegmentationForm.Matte)]
    [DataRow("none", SegmentationForm.MatteLogits)]
    [DataRow("ArgMax", SegmentationForm.ClassMap)]
    public void Load_OneChannel_FormIsReadFromTheLastLayer(string end, SegmentationForm expected)
    {
        using var segmenter = Segmenter.Load(Brightness(end));
        Assert.AreEqual(expected, segmenter.Form);
        if (expected != SegmentationForm.ClassMap) CollectionAssert.AreEqual(new[] { "background", "foreground" }, segmenter.Labels.ToArray());
    }

    /// <summary>U²-Net gives the fused matte first, then one of each depth.</summary>
    [TestMethod]
    [DataRow(16, true)]
    [DataRow(8, false)]
    public void Load_SeveralOutputs_NamesThemAndTheOption(int side, bool isLikeU2Net)
    {
        var model = Brightness("Sigmoid");
        var graph = new GraphWriter(model, "side.");
        graph.Output("d1", graph["alpha"].Slice(0, side, axis: 2).Slice(0, side, axis: 3), DataType.Float, 1, 1, side, side);

        var error = Assert.ThrowsExactly<BadModelException>(() => Segmenter.Load(model)).Message;
        foreach (var part in new[] { "has 2 outputs", "--output-name (Output)", $"alpha 1×1×16×16, d1 1×1×{side}×{side}" }) StringAssert.Contains(error, part);
        Assert.AreEqual(isLikeU2Net, error.Contains("the first", StringComparison.Ordinal));
        using var segmenter = Segmenter.Load(model, new() { Output = "alpha" });
        Assert.AreEqual(SegmentationForm.Matte, segmenter.Form);
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => Segmenter.Load(model, new() { Output = "d7" })).Message, "no output 'd7'. Outputs: alpha 1×1×16×16, d1");
    }

    [TestMethod]
    public void Load_ConvolutionWithNamesOfThreeClasses_IsAClassMap()
    {
        using var segmenter = Segmenter.Load(Brightness("none"), new() { Labels = ["a", "b", "c"] });
        Assert.AreEqual(SegmentationForm.ClassMap, segmenter.Form);
    }

    [TestMethod]
    public void Load_OneName_IsTheForegrounds()
    {
        using var segmenter = Segmenter.Load(Brightness("Sigmoid"), new() { Labels = ["person"] });
        CollectionAssert.AreEqual(new[] { "background", "person" }, segmenter.Labels.ToArray());
    }

    [TestMethod]
    public void Load_ThresholdWhereThereIsNoMatte_IsRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Segmenter.Load("streets", new() { Threshold = 0.4f })).Message, "one value for each pixel");
        foreach (var threshold in new[] { -0.1f, 1.1f, float.NaN })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Segmenter.Load(Brightness("Sigmoid"), new() { Threshold = threshold })).Message, "expected 0 to 1");
    }

    [TestMethod]
    [DataRow("Sigmoid")]
    [DataRow("none")]
    public void Segment_PlainChainZipAndWindows_Agree(string end)
    {
        using var file = new TemporaryFile(".png");
        using (var image = TestImages.Gradient(16, 16)) image.Save(file.Path);
        var options = new SegmenterOptions { Threshold = 0.6f };
        var model = Brightness(end);
        using var segmenter = Segmenter.Load(model, options);
        var expected = segmenter.Segment(file.Path).Mask;
        Assert.AreEqual(2, expected.Shares().Count);
        using var zip = new TemporaryFile(".zip");
        segmenter.SaveZip(zip.Path);
        using var reopened = Segmenter.Load(zip.Path);
        AssertSame(expected, reopened.Segment(file.Path).Mask);
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new ImageRow { ImagePath = file.Path }]);
        foreach (var chain in new[] { ml.Transforms.SegmentImages(model, options: options).Fit(data), new MLContext().Model.Load(zip.Path, out _) })
            AssertSame(expected, ml.Data.CreateEnumerable<MaskRow>(chain.Transform(data), reuseRowObject: false).Single().Mask!);
    }

    /// <summary>The network sees each pixel alone, so that windows give what the whole image gives.</summary>
    [TestMethod]
    public void Segment_Windows_GiveTheValueOfEachPixel()
    {
        using var image = TestImages.Gradient(37, 29);
        using var segmenter = Segmenter.Load(Brightness("Sigmoid"), new() { Windows = true, Threshold = 0.55f });
        var mask = segmenter.Segment(image).Mask;
        Assert.IsTrue(mask.IsMatte);
        for (var i = 0; i < mask.Classes.Length; i++)
        {
            var sum = (image.Pixels[4 * i] + image.Pixels[4 * i + 1] + image.Pixels[4 * i + 2]) / 255.0;
            var share = 1 / (1 + Math.Exp(-(4 * sum - 5)));
            Assert.AreEqual(mask.Classes[i] == 1 ? share : 1 - share, mask.Confidence[i], 1e-4);
            if (Math.Abs(share - 0.55) > 1e-4) Assert.AreEqual(share > 0.55, mask.Classes[i] == 1);
        }
    }

    [TestMethod]
    public void Matte_OfANetworkThatGivesOne_IsItsValue()
    {
        var mask = new SegmentationMask(4, 1, [0, 0, 1, 1], ["background", "foreground"], [1, 0.75f, 0.6f, 1]) { IsMatte = true };
        CollectionAssert.AreEqual(new byte[] { 0, 64, 153, 255 }, Matte.Of(mask));
        CollectionAssert.AreEqual(new byte[] { 255, 191, 102, 0 }, Matte.Of(mask, new() { Keep = ["background"] }));
        CollectionAssert.AreEqual(new byte[] { 0, 0, 255, 255 }, Matte.Of(mask, new() { Feather = 0 }));
        using var image = TestImages.Noise(4, 1);
        CollectionAssert.AreEqual(new byte[] { 0, 64, 153, 255 }, Compositor.Matte(image, mask, new() { CleanEdges = false }));
    }

    /// <summary>Published portrait networks of three forms on a portrait: her face is kept, the sky is not.</summary>
    [TestMethod]
    [DataRow("prisma-nchw", "unit", SegmentationForm.Matte)]
    [DataRow("deeplab-dm05-513-nchw", "tf", SegmentationForm.ScoresNchw)]
    [DataRow("sinet-softmax", "bgr:102.890434,111.25247,126.91212:16047.9,16019.5,16920.7", SegmentationForm.ScoresNchw)]
    public void Segment_PublishedPortraitNetwork_FindsThePerson(string name, string preprocess, SegmentationForm form)
    {
        using var segmenter = Segmenter.Load(Shared.Path("models", "wild", $"{name}.onnx"), new() { Preprocess = preprocess });
        Assert.AreEqual(form, segmenter.Form);
        CollectionAssert.AreEqual(new[] { "background", "foreground" }, segmenter.Labels.ToArray());
        var mask = segmenter.Segment(Shared.Path("data", "images", "monalisa.jpg")).Mask;
        Assert.AreEqual(1, mask[mask.Width / 2, mask.Height / 3], "her face");
        Assert.AreEqual(1, mask[mask.Width / 2, mask.Height * 3 / 4], "her dress");
        Assert.AreEqual(0, mask[5, 5], "the sky");
        Assert.AreEqual(0, mask[mask.Width - 5, 5], "the sky");
    }

    /// <summary>A network of 16 × 16 pixels, each alone: 4 · (red + green + blue) − 5 with channels of 0 to 1, then the end.</summary>
    private static OnnxModel Brightness(string end)
    {
        var graph = new GraphWriter("brightness");
        var input = graph.Input("image", DataType.Float, 1, 3, 16, 16);
        var sum = graph.Node("Conv", [input, graph.Floats([4, 4, 4], 1, 3, 1, 1), graph.Floats([-5], 1)]);
        var last = end switch
        {
            "none" => sum,
            "ArgMax" => graph.Node("ArgMax", [graph.Node("Concat", [sum, graph.Node("Neg", [sum])], ("axis", 1L))], ("axis", 1L)).Cast(DataType.Float),
            _ => graph.Node(end, [sum]),
        };
        graph.Output("alpha", last, DataType.Float, 1, 1, 16, 16);
        var model = graph.Build("brightness.onnx");
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }

    private static double Interpolated(float[] values, double x, double y)
    {
        var (left, top) = (Math.Clamp(x, 0, 8), Math.Clamp(y, 0, 6));
        var (column, row) = ((int)left, (int)top);
        double At(int c, int r) => values[Math.Min(r, 6) * 9 + Math.Min(c, 8)];
        var upper = At(column, row) + (At(column + 1, row) - At(column, row)) * (left - column);
        var lower = At(column, row + 1) + (At(column + 1, row + 1) - At(column, row + 1)) * (left - column);
        return upper + (lower - upper) * (top - row);
    }

    private static SegmentationSettings Settings(SegmentationOutput output) => new()
    {
        Resize = new ResizeOptions { Width = 1, Height = 1 }, Preprocess = "unit", Labels = ["background", "foreground"], Output = output, WithConfidence = true,
    };

    private static void AssertSame(SegmentationMask expected, SegmentationMask found)
    {
        Assert.IsTrue(found.IsMatte);
        Assert.IsTrue(expected.Classes.SequenceEqual(found.Classes));
        for (var i = 0; i < expected.Confidence.Length; i++) Assert.AreEqual(expected.Confidence[i], found.Confidence[i], 1e-5f);
        CollectionAssert.AreEqual(expected.Labels.ToArray(), found.Labels.ToArray());
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class MaskRow
    {
        [SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }
}
