using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Tests.Segmentation.Evaluation;

[TestClass]
public sealed class SegmentationEvaluatorTests
{
    private const double Tolerance = 1e-12;

    [TestMethod]
    public void Evaluate_SmallImage_AsWorkedByHand()
    {
        // Truth a a a b / b b c c; predicted a a b b / b c c c.
        var result = Evaluate(["a", "b", "c"], null, [0, 0, 0, 1, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2, 2, 2]);

        // a: 2 of 3; b: 2 of 3 + 3 − 2 = 4; c: 2 of 2 + 3 − 2 = 3.
        CollectionAssert.AreEqual(new double?[] { 2.0 / 3, 2.0 / 4, 2.0 / 3 }, result.PerClass.Select(c => c.IoU).ToArray());
        CollectionAssert.AreEqual(new double?[] { 2.0 / 3, 2.0 / 3, 1 }, result.PerClass.Select(c => c.Accuracy).ToArray());
        CollectionAssert.AreEqual(new double?[] { 1, 2.0 / 3, 2.0 / 3 }, result.PerClass.Select(c => c.Precision).ToArray());
        CollectionAssert.AreEqual(new double?[] { 4.0 / 5, 4.0 / 6, 4.0 / 5 }, result.PerClass.Select(c => c.Dice).ToArray());
        Assert.AreEqual((2.0 / 3 + 0.5 + 2.0 / 3) / 3, result.MeanIoU!.Value, Tolerance);
        Assert.AreEqual(6.0 / 8, result.PixelAccuracy!.Value, Tolerance);
        Assert.AreEqual((2.0 / 3 + 2.0 / 3 + 1) / 3, result.MeanAccuracy!.Value, Tolerance);
        Assert.AreEqual((3 * 2.0 / 3 + 3 * 0.5 + 2 * 2.0 / 3) / 8, result.FrequencyWeightedIoU!.Value, Tolerance);
        Assert.AreEqual(8, result.Pixels);
        Assert.AreEqual(1, result.Images);
    }

    [TestMethod]
    public void Evaluate_ClassAbsentFromBoth_IsLeftOutOfMeans()
    {
        var result = Evaluate(["a", "absent", "c"], null, [0, 0, 2, 2], [0, 0, 2, 0]);

        Assert.IsNull(result.PerClass[1].IoU);
        Assert.IsNull(result.PerClass[1].Accuracy);
        Assert.IsNull(result.PerClass[1].Precision);
        Assert.IsNull(result.PerClass[1].Dice);
        Assert.AreEqual((2.0 / 3 + 1.0 / 2) / 2, result.MeanIoU!.Value, Tolerance);
        Assert.AreEqual((1 + 1.0 / 2) / 2, result.MeanAccuracy!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_ClassOnlyPredicted_HasIoUZeroAndNoAccuracy()
    {
        var result = Evaluate(["a", "b"], null, [0, 0, 0, 0], [0, 0, 0, 1]);

        Assert.AreEqual(0.0, result.PerClass[1].IoU);
        Assert.IsNull(result.PerClass[1].Accuracy);
        Assert.AreEqual((0.75 + 0) / 2, result.MeanIoU!.Value, Tolerance);
        Assert.AreEqual(0.75, result.MeanAccuracy!.Value, Tolerance);
        Assert.AreEqual(0.75, result.FrequencyWeightedIoU!.Value, Tolerance);
    }

    [TestMethod]
    public void Evaluate_AllIgnored_HasNoFigures()
    {
        var result = Evaluate(["a", "b"], 255, [255, 255, 255, 255], [0, 1, 0, 255]);

        Assert.IsNull(result.MeanIoU);
        Assert.IsNull(result.PixelAccuracy);
        Assert.IsNull(result.MeanAccuracy);
        Assert.IsNull(result.FrequencyWeightedIoU);
        Assert.AreEqual(0, result.Pixels);
        Assert.AreEqual(4, result.IgnoredPixels);
    }

    [TestMethod]
    public void Evaluate_NothingAdded_HasNoFigures()
    {
        var result = new SegmentationEvaluator(["a"]).Evaluate();

        Assert.IsNull(result.MeanIoU);
        Assert.AreEqual(0, result.Images);
    }

    [TestMethod]
    [DataRow(0, 0, 1.0, 1.0)]
    [DataRow(0, 1, 0.0, 0.0)]
    public void Evaluate_OnePixel_IsRightOrWrong(int truth, int predicted, double iou, double accuracy)
    {
        var result = Evaluate(["a", "b"], null, [(byte)truth], [(byte)predicted]);

        Assert.AreEqual(iou, result.MeanIoU);
        Assert.AreEqual(accuracy, result.PixelAccuracy);
        Assert.AreEqual(accuracy, result.MeanAccuracy);
        Assert.AreEqual(iou, result.FrequencyWeightedIoU);
    }

    [TestMethod]
    public void Evaluate_IgnoredIndexIsAClass_HasNoFiguresButPredictingItIsWrong()
    {
        // The last pixel counts nowhere; the second is an a that was missed.
        var result = Evaluate(["a", "void"], 1, [0, 0, 0, 1], [0, 1, 0, 0]);

        Assert.AreEqual(2.0 / 3, result.PerClass[0].IoU);
        Assert.IsNull(result.PerClass[1].IoU);
        Assert.AreEqual(2.0 / 3, result.MeanIoU);
        Assert.AreEqual(2.0 / 3, result.PixelAccuracy);
        Assert.AreEqual(1, result.IgnoredPixels);
    }

    [TestMethod]
    [DataRow(1, 3, 5, null)]
    [DataRow(2, 21, 100, 255)]
    [DataRow(3, 11, 40, 11)]
    [DataRow(4, 12, 40, 11)]
    [DataRow(5, 200, 3, 0)]
    [DataRow(6, 256, 10, null)]
    public void Evaluate_RandomMasks_AgreesWithDefinitions(int seed, int classes, int longest, int? ignore)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, classes).Select(i => $"class {i}").ToList();
        var evaluator = new SegmentationEvaluator(labels, (byte?)ignore);
        var images = new List<(byte[] Truth, byte[] Predicted)>();
        foreach (var (width, height) in new[] { (37, 23), (64, 32), (1, 5) })
        {
            var truth = RandomMasks.Runs(random, width * height, classes, longest, (byte?)ignore);
            var predicted = RandomMasks.Runs(random, width * height, classes, longest);
            for (var i = 0; i < truth.Length; i++)
                if (random.Next(3) > 0 && truth[i] < classes) predicted[i] = truth[i];
            images.Add((truth, predicted));
            evaluator.Add(truth, predicted, width, height, "mask.png");
        }
        var naive = new NaiveSegmentation(classes, ignore, images);

        var result = evaluator.Evaluate();

        Assert.AreEqual(naive.MeanIoU!.Value, result.MeanIoU!.Value, Tolerance);
        Assert.AreEqual(naive.PixelAccuracy!.Value, result.PixelAccuracy!.Value, Tolerance);
        Assert.AreEqual(naive.MeanAccuracy!.Value, result.MeanAccuracy!.Value, Tolerance);
        Assert.AreEqual(naive.FrequencyWeightedIoU!.Value, result.FrequencyWeightedIoU!.Value, Tolerance);
        foreach (var c in result.PerClass.Where(c => c.Index != ignore))
        {
            Assert.AreEqual(naive.IoU(c.Index), c.IoU, c.Label);
            Assert.AreEqual(naive.Accuracy(c.Index), c.Accuracy, c.Label);
        }
        for (var i = 0; i < classes; i += 7)
            Assert.AreEqual(naive.Count(i, (i * 3) % classes), result.Confusion[i, (i * 3) % classes]);
    }

    [TestMethod]
    public void Add_FromSeveralThreads_SumsAll()
    {
        var evaluator = new SegmentationEvaluator(["a", "b"], 255);

        Parallel.For(0, 200, _ => evaluator.Add([0, 0, 1, 255], [0, 1, 1, 0], 2, 2, "mask.png"));

        var result = evaluator.Evaluate();
        Assert.AreEqual(200, result.Images);
        Assert.AreEqual(200, result.IgnoredPixels);
        Assert.AreEqual("truth,a,b\na,200,200\nb,0,200\n", result.Confusion.ToCsv());
    }

    [TestMethod]
    public void Add_TruthBeyondClasses_NamesFileIndexPixelAndClasses()
    {
        var evaluator = new SegmentationEvaluator(["sky", "road"], 255);

        var error = Assert.ThrowsExactly<UnusableMaskException>(() => evaluator.Add([0, 255, 1, 0, 7, 9], [0, 0, 1, 0, 0, 0], 3, 2, "masks/a.png"));

        StringAssert.StartsWith(error.Message, "masks/a.png: the index 7 at the pixel (1, 1) is out of range; there are 2 classes, 0 (sky) to 1 (road), and 255 is ignored. 2 pixels have such an index: 7, 9.");
        Assert.AreEqual(0, evaluator.Evaluate().Images, "a bad mask must leave nothing behind");
        Assert.AreEqual(0, evaluator.Evaluate().Pixels);
    }

    [TestMethod]
    public void Add_PredictionBeyondClasses_BlamesTheModel()
    {
        var evaluator = new SegmentationEvaluator(["sky", "road"], 255);

        var error = Assert.ThrowsExactly<BadModelException>(() => evaluator.Add([255, 0, 1], [9, 0, 2], 3, 1, "a.png"));

        StringAssert.Contains(error.Message, "index 2 at the pixel (2, 0)");
    }

    [TestMethod]
    public void Add_PredictionBeyondClassesWhereIgnored_DoesNotMatter()
    {
        var result = Evaluate(["sky"], 255, [255, 0], [9, 0]);

        Assert.AreEqual(1.0, result.MeanIoU);
    }

    [TestMethod]
    public void Add_MasksOfOtherSizes_NamesFileAndBothSizes()
    {
        var evaluator = new SegmentationEvaluator(["a"]);

        var error = Assert.ThrowsExactly<UnusableMaskException>(() =>
            evaluator.Add(new SegmentationMask(2, 3, new byte[6], ["a"]), new SegmentationMask(3, 2, new byte[6], ["a"]), "masks/a.png"));

        StringAssert.Contains(error.Message, "masks/a.png: the mask has 2×3 pixels");
        StringAssert.Contains(error.Message, "3×2");
    }

    [TestMethod]
    public void Add_ImageOfDataSet_ReadsItsMask()
    {
        using var folder = new TemporaryFolder();
        var pair = new MaskedImage("a", folder.Path("a.jpg"), folder.Path("a.png"));
        MaskPng.Save(new SegmentationMask(2, 2, [0, 1, 1, 255], ["a", "b"]), pair.Mask, ColorPalette.Voc);
        var evaluator = new SegmentationEvaluator(["a", "b"], 255);

        evaluator.Add(pair, new SegmentationMask(2, 2, [0, 1, 0, 0], ["a", "b"]));

        Assert.AreEqual("truth,a,b\na,1,0\nb,1,1\n", evaluator.Evaluate().Confusion.ToCsv());
    }

    [TestMethod]
    public void Add_ImageOfDataSetWithoutUsableMask_NamesBothFiles()
    {
        using var folder = new TemporaryFolder();
        using var colors = new RgbImage(2, 2);
        colors.Pixels.Fill(255);
        colors.Pixels[0] = 7;
        colors.Save(folder.Path("colour.png"));
        folder.Write("empty.png", []);

        foreach (var mask in new[] { "colour.png", "empty.png", "absent.png" })
        {
            var pair = new MaskedImage("a", folder.Path("a.jpg"), folder.Path(mask));
            var error = Assert.ThrowsExactly<UnusableMaskException>(() => new SegmentationEvaluator(["a"]).Add(pair, new SegmentationMask(2, 2, new byte[4], ["a"])));
            StringAssert.Contains(error.Message, pair.Image);
            StringAssert.Contains(error.Message, pair.Mask);
        }
    }

    [TestMethod]
    [DataRow(5, 6)]
    [DataRow(6, 5)]
    public void Add_LengthsDoNotAgree_Throws(int truth, int predicted) =>
        Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator(["a"]).Add(new byte[truth], new byte[predicted], 3, 2, "a.png"));

    [TestMethod]
    [DataRow(0)]
    [DataRow(257)]
    public void Constructor_NoOrTooManyLabels_Throws(int labels) =>
        Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator([.. Enumerable.Repeat("x", labels)]));

    private static SegmentationEvaluation Evaluate(string[] labels, byte? ignore, byte[] truth, byte[] predicted)
    {
        var evaluator = new SegmentationEvaluator(labels, ignore);
        evaluator.Add(truth, predicted, truth.Length, 1, "mask.png");
        return evaluator.Evaluate();
    }
}
