using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Detection.Standalone;
using MlNetVision.Tests.Imaging;
using MlNetVision.Tests.Style;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Inference;

/// <summary>Images that a network fails on: an error with the names of image and model, in every task, and never the end of the others.</summary>
[TestClass]
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _black;
    private readonly string _white;

    public FaultTests() => (_black, _white) = (Painted("black.png", 0), Painted("white.png", 255));

    public static IEnumerable<object[]> Faults =>
        from name in NativeSubject.Streaming
        from fault in new[] { nameof(Fault.NotANumber), nameof(Fault.OutOfRange), nameof(Fault.OutOfMemory) }
        select new object[] { name, fault };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Faults))]
    public async Task Many_NetworkFailsOnOneImage_IsItsErrorAndTheOthersAreDone(string name, string fault)
    {
        using var subject = NativeSubject.Open(name, fault: Enum.Parse<Fault>(fault));
        List<Exception?> errors = [];
        await foreach (var error in subject.Many!([_black, _white, _black], CancellationToken.None)) errors.Add(error);
        Assert.HasCount(3, errors);
        Assert.IsNull(errors[0], $"{errors[0]}");
        Assert.IsNull(errors[2], $"{errors[2]}");
        Assert.IsInstanceOfType<BadModelException>(errors[1]);
        StringAssert.StartsWith(errors[1]!.Message, $"{_white}: ");
        if (fault == nameof(Fault.NotANumber)) StringAssert.Contains(errors[1]!.Message, "not a number");
    }

    [TestMethod]
    public async Task Many_NetworkThatOnnxRuntimeRefuses_EndsTheEnumeration()
    {
        // The shapes do not fit; ONNX Runtime alone finds out.
        var refused = TinyClassifier.Create((b, s) => b.Node("Add", "out", [s, b.Floats("seven", [1, 2, 3, 4, 5, 6, 7], 7)]));
        using var classifier = ImageClassifier.Load(refused);
        await Assert.ThrowsExactlyAsync<BadModelException>(async () => await classifier.ClassifyManyAsync([_black, _black]).CountAsync());
    }

    [TestMethod]
    [DataRow(typeof(OutOfMemoryException))]
    [DataRow(typeof(InsufficientMemoryException))]
    public async Task Many_NoMemoryToDraw_IsTheImagesError(Type type)
    {
        using var classifier = ImageClassifier.Load(TinyClassifier.Create());
        var outcomes = await classifier.ClassifyManyAsync(
            [_black, _white], (image, _) =>
            {
                if (image.Pixels[0] == 255) throw (Exception)Activator.CreateInstance(type)!;
            }).ToListAsync();
        Assert.IsNotNull(outcomes[0].Result);
        Assert.IsInstanceOfType(outcomes[1].Error, type);
    }

    /// <summary>By a loop, at every place that a vector may put it.</summary>
    [TestMethod]
    public void HasNaN_OneAmongManyAtAnyPlace_IsFound()
    {
        foreach (var length in new[] { 0, 1, 7, 8, 33 })
        {
            var values = Enumerable.Range(0, length).Select(i => i % 3 == 0 ? float.PositiveInfinity : i - 4f).ToArray();
            Assert.IsFalse(NetworkValues.HasNaN(values));
            for (var i = 0; i < length; i++)
            {
                var (kept, found) = (values[i], false);
                values[i] = float.NaN;
                foreach (var value in values) found |= float.IsNaN(value);
                Assert.AreEqual(found, NetworkValues.HasNaN(values), $"{i} of {length}");
                values[i] = kept;
            }
        }
    }

    [TestMethod]
    [DataRow("detect")]
    [DataRow("segment")]
    [DataRow("classify")]
    [DataRow("featurize")]
    [DataRow("stylize")]
    public void Chain_NetworkGivesNaN_IsTheErrorOfItsRow(string task)
    {
        var (ml, data) = (new MLContext(), Rows());
        var view = Chain(ml, task, RowErrors.Column).Fit(data).Transform(data);
        ml.Model.Save(Chain(ml, task, RowErrors.Column).Fit(data), data.Schema, _folder.Path("chain.zip"));
        foreach (var rows in new[] { view, new MLContext().Model.Load(_folder.Path("chain.zip"), out _).Transform(data) })
        {
            string[] errors = [.. rows.GetColumn<string>("Error")];
            Assert.AreEqual("", errors[0]);
            StringAssert.Contains(errors[1], "not a number");
            StringAssert.Contains(errors[1], "'ImagePath'");
            Assert.AreEqual("", errors[2]);
            if (task == "classify") CollectionAssert.AreEqual(new[] { "red", "", "red" }, rows.GetColumn<string>("PredictedLabel").ToArray());
        }
        var throwing = Chain(ml, task, RowErrors.Throw).Fit(data).Transform(data);
        var error = Assert.Throws<Exception>(() => Read(throwing));
        StringAssert.Contains(error.GetBaseException().Message, "not a number");
    }

    // All columns that are no objects of ours, so that the network runs.
    private static void Read(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var getters = view.Schema.Where(c => c.Type is VectorDataViewType { ItemType: NumberDataViewType } && !c.IsHidden)
            .Where(c => c.Type.RawType == typeof(VBuffer<float>)).Select(c => cursor.GetGetter<VBuffer<float>>(c)).ToList();
        var objects = view.Schema.Where(c => c.Name is "Detections").Select(c => cursor.GetGetter<DetectionList>(c)).ToList();
        var masks = view.Schema.Where(c => c.Name is "Mask").Select(c => cursor.GetGetter<SegmentationMask>(c)).ToList();
        var images = view.Schema.Where(c => c.Name is "Stylized").Select(c => cursor.GetGetter<MLImage>(c)).ToList();
        while (cursor.MoveNext())
        {
            foreach (var get in getters) Get(get);
            foreach (var get in objects) Get(get);
            foreach (var get in masks) Get(get);
            foreach (var get in images) Get(get);
        }
    }

    private static void Get<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
    }

    private static IEstimator<ITransformer> Chain(MLContext ml, string task, RowErrors errors) => task switch
    {
        "detect" => ml.Transforms.DetectObjects(Faulty(Detector()), options: new() { Resize = ResizeMode.Stretch }, errors: errors),
        "segment" => ml.Transforms.SegmentImages(Faulty(Pixels()), errors: errors),
        "classify" => ml.Transforms.ClassifyImages(Faulty(TinyClassifier.Create()), errors: errors),
        "featurize" => ml.Transforms.FeaturizeImages(FaultyNetwork.Of(TinyClassifier.Create(), Fault.NotANumber, atStart: true), options: new() { Cut = "mean" }, errors: errors),
        _ => ml.Transforms.StylizeImages(Faulty(TinyStyle.Identity(16, 16)), errors: errors),
    };

    private static OnnxModel Faulty(OnnxModel model) => FaultyNetwork.Of(model, Fault.NotANumber);

    private static OnnxModel Detector() => RandomYolo.Create(
        [new MlNetVision.Detection.YoloHead { Output = "grid", Kind = MlNetVision.Detection.YoloHeadKind.Yolo, Anchors = [new(20, 20)], Classes = 2 }], seed: 1);

    private static OnnxModel Pixels()
    {
        var builder = new GraphWriter("pixels");
        builder.Output(builder.Node("Identity", "scores", [builder.Input("image", DataType.Float, 1, 3, 16, 16)]), DataType.Float, 1, 3, 16, 16);
        var model = builder.Build("pixels.onnx");
        model.SetNames(["red", "green", "blue"]);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        return model;
    }

    private IDataView Rows() => new MLContext().Data.LoadFromEnumerable(new[] { _black, _white, _black }.Select(p => new Row { ImagePath = p }));

    private string Painted(string name, byte grey)
    {
        using var image = TestImages.Solid(16, 16, new RgbColor(grey, grey, grey));
        image.Save(_folder.Path(name));
        return _folder.Path(name);
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }
}
