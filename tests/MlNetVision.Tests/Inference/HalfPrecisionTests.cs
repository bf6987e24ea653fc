using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Tests.Style;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Inference;

/// <summary>The bundled networks in float16, ends included, as Ultralytics' <c>half=True</c> and onnxconverter write them.</summary>
[TestClass]
public sealed class HalfPrecisionTests
{
    private static string Image(string name) => Path.Combine(Shared.Repository, "assets", "images", name);

    [TestMethod]
    public void Classify_HalfNetwork_AnswersAsTheFloatOne()
    {
        var half = Half("flowers");
        using var whole = ImageClassifier.Load("flowers");
        using var classifier = ImageClassifier.Load(half);
        var expected = whole.Classify(Image("rose.png"));
        using var zip = Saved(classifier.SaveZip);
        using var reopened = ImageClassifier.Load(zip.Path);
        foreach (var found in new[] { classifier, reopened }.Select(c => c.Classify(Image("rose.png"))))
        {
            Assert.AreEqual(expected.Predictions[0].Label, found.Predictions[0].Label);
            Assert.AreEqual(expected.Predictions[0].Score, found.Predictions[0].Score, 0.01f);
        }
        Assert.AreEqual(expected.Predictions[0].Label, Rows<ClassRow>(ml => ml.Transforms.ClassifyImages(half), zip.Path, "rose.png").Select(r => r.PredictedLabel).Distinct().Single());
    }

    [TestMethod]
    public void Detect_HalfNetwork_AnswersAsTheFloatOne()
    {
        var half = Half("blood-cells");
        using var whole = ObjectDetector.Load("blood-cells");
        using var detector = ObjectDetector.Load(half);
        var expected = whole.Detect(Image("blood-smear.png"));
        using var zip = Saved(detector.SaveZip);
        using var reopened = ObjectDetector.Load(zip.Path);
        Assert.IsGreaterThan(3, expected.Detections.Count);
        List<IReadOnlyList<MlNetVision.Detection.Detection>> all = [.. new[] { detector, reopened }.Select(d => d.Detect(Image("blood-smear.png")).Detections)];
        all.AddRange(Rows<DetectedRow>(ml => ml.Transforms.DetectObjects(half), zip.Path, "blood-smear.png").Select(r => r.Detections!));
        foreach (var found in all)
        {
            Assert.HasCount(expected.Detections.Count, found);
            foreach (var one in expected.Detections)
                Assert.IsTrue(found.Any(f => f.ClassIndex == one.ClassIndex && Math.Abs(f.Score - one.Score) < 0.02 && Math.Abs(f.Box.Left - one.Box.Left) < 2 && Math.Abs(f.Box.Bottom - one.Box.Bottom) < 2), one.ToString());
        }
    }

    [TestMethod]
    public void Segment_HalfNetwork_AnswersAsTheFloatOne()
    {
        var half = Half("streets");
        using var whole = Segmenter.Load("streets");
        using var segmenter = Segmenter.Load(half);
        var expected = whole.Segment(Image("street.png")).Mask;
        using var zip = Saved(segmenter.SaveZip);
        using var reopened = Segmenter.Load(zip.Path);
        List<SegmentationMask> all = [.. new[] { segmenter, reopened }.Select(s => s.Segment(Image("street.png")).Mask)];
        all.AddRange(Rows<MaskRow>(ml => ml.Transforms.SegmentImages(half), zip.Path, "street.png").Select(r => r.Mask!));
        foreach (var mask in all)
        {
            var same = 0;
            for (var i = 0; i < mask.Classes.Length; i++) if (mask.Classes[i] == expected.Classes[i]) same++;
            Assert.IsGreaterThan(0.99, (double)same / expected.Classes.Length);
        }
    }

    [TestMethod]
    public void Stylize_HalfNetwork_AnswersAsTheFloatOne()
    {
        var float32 = TinyStyle.Johnson();
        var half = Halve(float32.Clone());
        using var whole = ImageStylizer.Load(float32);
        using var stylizer = ImageStylizer.Load(half);
        using var photo = StyleImages.Waves(64, 48);
        using var expected = whole.Stylize(photo);
        using var zip = Saved(stylizer.SaveZip);
        using var reopened = ImageStylizer.Load(zip.Path);
        foreach (var one in new[] { stylizer, reopened })
        {
            using var found = one.Stylize(photo);
            Assert.IsLessThanOrEqualTo(4, StyleImages.Largest(expected.Stylized, found.Stylized));
        }
        Assert.IsTrue(Rows<StyledRow>(ml => ml.Transforms.StylizeImages(half, options: new() { Size = (64, 48) }), zip.Path, "rose.png").All(r => r.Stylized is { Width: > 1 }));
    }

    private static TemporaryFile Saved(Action<string> save)
    {
        var zip = new TemporaryFile(".zip");
        save(zip.Path);
        return zip;
    }

    /// <summary>The rows of a chain that is made here, and of the saved one.</summary>
    private static TRow[] Rows<TRow>(Func<MLContext, IEstimator<ITransformer>> chain, string zip, string image) where TRow : class, new()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new ImageRow { ImagePath = Image(image) }]);
        return new[] { chain(ml).Fit(data), new MLContext().Model.Load(zip, out _) }
            .SelectMany(t => ml.Data.CreateEnumerable<TRow>(t.Transform(data), reuseRowObject: false)).ToArray();
    }

    private static OnnxModel Half(string bundled) => Halve(ModelLocator.Open(bundled).Clone());

    /// <summary>All floats as float16, but those that Resize takes as float.</summary>
    private static OnnxModel Halve(OnnxModel model)
    {
        var graph = model.Graph;
        var kept = graph.Node.Where(n => n.OpType is "Resize" or "Upsample").SelectMany(n => n.Input.Skip(1)).ToHashSet();
        var constants = graph.Node.Where(n => n.OpType == "Constant" && !kept.Contains(n.Output[0])).Select(n => n.Find("value")?.T!).Where(t => t is not null);
        foreach (var tensor in graph.Initializer.Where(t => !kept.Contains(t.Name)).Concat(constants).Where(t => t.DataType == (int)DataType.Float).ToList())
        {
            var halves = TensorData.Floats(tensor).ToArray().Select(f => (Half)f).ToArray();
            (tensor.DataType, tensor.RawData) = ((int)DataType.Float16, Google.Protobuf.ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan())));
            tensor.FloatData.Clear();
        }
        foreach (var node in graph.Node.Where(n => n.OpType == "Cast" && n.Integer("to", 0) == (long)DataType.Float)) node.Find("to")!.I = (long)DataType.Float16;
        foreach (var value in graph.Input.Concat(graph.Output).Where(v => v.Type.TensorType.ElemType == (int)DataType.Float)) value.Type.TensorType.ElemType = (int)DataType.Float16;
        graph.ValueInfo.Clear();
        return model;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ClassRow
    {
        public string PredictedLabel { get; set; } = "";
    }

    private sealed class DetectedRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class MaskRow
    {
        [SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }

    private sealed class StyledRow
    {
        [AnySizeImageType]
        public MLImage? Stylized { get; set; }
    }
}
