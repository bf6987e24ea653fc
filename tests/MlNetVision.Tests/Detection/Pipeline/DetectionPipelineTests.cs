using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests.Detection;

[TestClass]
public sealed class DetectionPipelineTests
{
    private static readonly string Smear = Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void OutputSchema_Fitted_AddsTheResultAndItsErrorOnly()
    {
        var ml = new MLContext();
        var data = Rows(ml, Smear);
        var schema = ml.Transforms.DetectObjects("blood-cells", "Cells").Fit(data).GetOutputSchema(data.Schema);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "Cells", "Error" }, schema.Select(c => c.Name).ToArray());
        Assert.AreEqual(new DetectionListType(), schema["Cells"].Type);
    }

    [TestMethod]
    [DataRow(ResizeMode.Stretch)]
    [DataRow(ResizeMode.Letterbox)]
    [DataRow(ResizeMode.Crop)]
    public void Transform_PathsAndImages_AnswerAsThePlainDetector(ResizeMode resize)
    {
        var options = new ObjectDetectorOptions { Resize = resize, Detection = new DetectionOptions { Confidence = 0.3f } };
        var ml = new MLContext();
        using var detector = ObjectDetector.Load("blood-cells", options);
        var expected = detector.Detect(Smear).Detections;
        Assert.IsNotEmpty(expected);

        var data = Rows(ml, Smear, Smear);
        var fromPaths = Detections(ml, ml.Transforms.DetectObjects("blood-cells", options: options).Fit(data).Transform(data));
        var images = ml.Transforms.LoadUprightImages("Image", "ImagePath").Append(ml.Transforms.DetectObjects("blood-cells", inputColumnName: "Image", options: options));
        var fromImages = Detections(ml, images.Fit(data).Transform(data));
        foreach (var found in fromPaths.Concat(fromImages)) CollectionAssert.AreEqual(expected.ToArray(), found);
    }

    [TestMethod]
    public void DetectionList_AsAnArray_IsTheCallersOwn()
    {
        using var detector = ObjectDetector.Load("blood-cells");
        var expected = detector.Detect(Smear).Detections.ToArray();
        var list = new DetectionList(expected);
        MlNetVision.Detection.Detection[] array = list;
        CollectionAssert.AreEqual(expected, array);
        array[0] = array[1];
        Assert.AreEqual(expected[0], list[0]);
        Assert.ThrowsExactly<ArgumentNullException>(() => (MlNetVision.Detection.Detection[])(DetectionList)null!);
    }

    [TestMethod]
    public void Transform_ImagesOfMlNet_AnswerAsThePlainDetector()
    {
        var ml = new MLContext();
        using var opaque = new TemporaryFile(".png");
        using (var image = RgbImage.Load(Smear)) image.Save(opaque.Path);
        using var detector = ObjectDetector.Load("blood-cells");
        var data = Rows(ml, opaque.Path);
        var chain = ml.Transforms.LoadImages("Image", null, "ImagePath").Append(ml.Transforms.DetectObjects("blood-cells", inputColumnName: "Image"));
        CollectionAssert.AreEqual(detector.Detect(opaque.Path).Detections.ToArray(), Detections(ml, chain.Fit(data).Transform(data)).Single());
    }

    [TestMethod]
    [DataRow("yolo-lite-voc", "voc.names")]
    [DataRow("yolo-fastest-1.1-xl", "coco.names")]
    public void Transform_ChainOfParts_AnswersAsThePlainDetector(string name, string labels)
    {
        var options = new ObjectDetectorOptions { LabelsFile = Shared.Path("models", "darknet", labels) };
        var cfg = Shared.Path("models", "darknet", $"{name}.cfg");
        var dog = Shared.Path("data", "images", "dog.jpg");
        using var detector = ObjectDetector.Load(cfg, options);
        using var onnx = new TemporaryFile(".onnx");
        detector.Model.Save(onnx.Path);

        var ml = new MLContext();
        var input = detector.Model.Inputs[0].Name;
        string[] outputs = [.. detector.Model.Outputs.Select(o => o.Name)];
        var chain = ml.Transforms.LoadUprightImages("RgbImage", "ImagePath")
            .Append(ml.Transforms.ResizeUprightImages("Resized", "Geometry", "RgbImage", detector.Resize))
            .Append(ml.Transforms.ExtractPixels(input, "Resized", scaleImage: 1 / 255f))
            .Append(ml.Transforms.ApplyOnnxModel(outputs, [input], onnx.Path))
            .Append(ml.Transforms.ParseYoloGrids(detector.Model, "Detections", "Geometry"));
        var data = Rows(ml, dog, dog);
        using var zip = new TemporaryFile(".zip");
        ml.Model.Save(chain.Fit(data), data.Schema, zip.Path);

        var expected = detector.Detect(dog).Detections.ToArray();
        Assert.IsNotEmpty(expected);
        foreach (var model in new[] { chain.Fit(data), new MLContext().Model.Load(zip.Path, out _) })
            foreach (var found in Detections(ml, model.Transform(data))) CollectionAssert.AreEqual(expected, found);
    }

    // The official exports of YOLO v2 are of this age: their weights stand among the inputs, and their batch is free.
    [TestMethod]
    public void Transform_ModelOfIrVersion3_AnswersAsTheSameModelToday()
    {
        using var detector = ObjectDetector.Load("blood-cells");
        var old = detector.Model.Clone();
        old.Proto.IrVersion = 3;
        old.Proto.OpsetImport[0].Version = 8;
        old.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "None";
        old.Graph.Output[0].Type.TensorType.Shape.Dim[0].DimParam = "None";
        foreach (var weight in old.Graph.Initializer)
            old.Graph.Input.Add(OnnxValue.Info(weight.Name, TensorProto.Types.DataType.Float, weight.Dims.ToArray()));

        var ml = new MLContext();
        var data = Rows(ml, Smear);
        using var oldDetector = ObjectDetector.Load(old);
        var expected = detector.Detect(Smear).Detections.ToArray();
        CollectionAssert.AreEqual(expected, oldDetector.Detect(Smear).Detections.ToArray());
        CollectionAssert.AreEqual(expected, Detections(ml, ml.Transforms.DetectObjects(old).Fit(data).Transform(data)).Single());
    }

    [TestMethod]
    public void SaveAndLoad_FreshContext_SameAnswersFromBothDoors()
    {
        var options = new ObjectDetectorOptions { Resize = ResizeMode.Letterbox, Detection = new DetectionOptions { Confidence = 0.4f, Classes = ["RBC"] } };
        using var zip = new TemporaryFile(".zip");
        var expected = Save(zip.Path, options);

        var fresh = new MLContext();
        var loaded = fresh.Model.Load(zip.Path, out _);
        CollectionAssert.AreEqual(expected, Detections(fresh, loaded.Transform(Rows(fresh, Smear))).Single());

        using var detector = ObjectDetector.Load(zip.Path);
        CollectionAssert.AreEqual(expected, detector.Detect(Smear).Detections.ToArray());
        Assert.AreEqual(ResizeMode.Letterbox, detector.Resize.Mode);
        Assert.AreEqual(0.4f, detector.Options.Confidence);
    }

    [TestMethod]
    public void SaveAndLoad_FreshProcess_SameAnswers()
    {
        using var zip = new TemporaryFile(".zip");
        var expected = Save(zip.Path, new ObjectDetectorOptions());
        var sample = Path.Combine(Shared.Repository, "src", "Samples", "CellCounter", "bin", Configuration, "net10.0", "CellCounter.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [sample, zip.Path, Smear]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        StringAssert.Contains(output, $"{expected.Count(d => d.Label == "RBC")} RBC");
        StringAssert.Contains(output, $"add up to {expected.Sum(d => d.Score).ToString("R", CultureInfo.InvariantCulture)})");
    }

    [TestMethod]
    public void Load_ZipWithMoreEntries_StillLoads()
    {
        using var zip = new TemporaryFile(".zip");
        var expected = Save(zip.Path, new ObjectDetectorOptions());
        using (var archive = ZipFile.Open(zip.Path, ZipArchiveMode.Update))
        {
            using var writer = new StreamWriter(archive.CreateEntry("mlnetvision/card.md").Open());
            writer.Write("a note");
        }
        var ml = new MLContext();
        CollectionAssert.AreEqual(expected, Detections(ml, ml.Model.Load(zip.Path, out _).Transform(Rows(ml, Smear))).Single());
    }

    [TestMethod]
    public void PredictionEngine_OneRow_AnswersAsThePlainDetector()
    {
        var ml = new MLContext();
        using var detector = ObjectDetector.Load("blood-cells");
        using var engine = ml.Model.CreatePredictionEngine<ImageRow, DetectedRow>(ml.Transforms.DetectObjects("blood-cells").Fit(Rows(ml, Smear)));
        CollectionAssert.AreEqual(detector.Detect(Smear).Detections.ToArray(), engine.Predict(new ImageRow { ImagePath = Smear }).Detections!.ToArray());
    }

    [TestMethod]
    public void Transform_ManyRows_EachRowItsOwnImage()
    {
        var ml = new MLContext();
        using var detector = ObjectDetector.Load("blood-cells");
        string[] paths = [.. Directory.GetFiles(Shared.Path("data", "bccd", "JPEGImages")).Order().Take(40)];
        var data = Rows(ml, paths);
        var found = Detections(ml, ml.Transforms.DetectObjects("blood-cells").Fit(data).Transform(data));
        for (var i = 0; i < paths.Length; i++) CollectionAssert.AreEqual(detector.Detect(paths[i]).Detections.ToArray(), found[i], paths[i]);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static MlNetVision.Detection.Detection[] Save(string path, ObjectDetectorOptions options)
    {
        var ml = new MLContext();
        var data = Rows(ml, Smear);
        var model = ml.Transforms.DetectObjects("blood-cells", options: options).Fit(data);
        ml.Model.Save(model, data.Schema, path);
        return Detections(ml, model.Transform(data)).Single();
    }

    private static IDataView Rows(MLContext ml, params string[] paths) =>
        ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }).ToArray());

    private static MlNetVision.Detection.Detection[][] Detections(MLContext ml, IDataView rows) =>
        [.. ml.Data.CreateEnumerable<DetectedRow>(rows, reuseRowObject: false).Select(r => r.Detections!.ToArray())];

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class DetectedRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }
}
