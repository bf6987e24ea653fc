using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Tests.Inference;

/// <summary>Devices on the ONNX Runtime of these tests, which has the processor alone.</summary>
[TestClass]
public sealed class DeviceTests
{
    private const string Rose = "assets/images/rose.png", Smear = "assets/images/blood-smear.png", Street = "assets/images/street.png";

    [TestMethod]
    public void Run_DeviceThatIsNotHere_IsAClearErrorOfEveryTask()
    {
        DeviceList cuda = "cuda";
        AssertFails(ObjectDetector.Load("blood-cells", new() { Device = cuda }), Smear);
        AssertFails(Segmenter.Load("streets", new() { Device = cuda }), Street);
        AssertFails(ImageClassifier.Load("flowers", new() { Device = cuda }), Rose);
        AssertFails(Featurizer.Load("flowers", new() { Device = cuda }), Rose);
        AssertFails(ImageStylizer.Load("starry-night", new() { Device = cuda }), Rose);
    }

    [TestMethod]
    public void Run_ProcessorBehindIt_AnswersAsTheProcessorBitForBitAndSaysWhy()
    {
        using (var asked = ObjectDetector.Load("blood-cells", new() { Device = "directml,cpu" }))
        using (var plain = ObjectDetector.Load("blood-cells"))
        {
            AssertFellBack(asked);
            CollectionAssert.AreEqual(plain.Detect(File(Smear)).Detections.ToArray(), asked.Detect(File(Smear)).Detections.ToArray());
        }
        using (var asked = ImageClassifier.Load("flowers", new() { Device = "cuda:1,openvino,cpu", Threads = 2 }))
        using (var plain = ImageClassifier.Load("flowers", new() { Threads = 2 }))
        {
            AssertFellBack(asked);
            CollectionAssert.AreEqual(plain.Classify(File(Rose)).Scores.ToArray(), asked.Classify(File(Rose)).Scores.ToArray());
        }
        using (var asked = ImageStylizer.Load("starry-night", new() { Device = "coreml,cpu" }))
        using (var plain = ImageStylizer.Load("starry-night"))
        {
            AssertFellBack(asked);
            using var expected = plain.Stylize(File(Rose));
            using var found = asked.Stylize(File(Rose));
            Assert.IsTrue(expected.Stylized.Pixels.SequenceEqual(found.Stylized.Pixels));
        }
    }

    [TestMethod]
    public async Task RunMany_ProcessorBehindIt_AnswersForEachImage()
    {
        using var asked = ImageClassifier.Load("flowers", new() { Device = "cuda,cpu", Threads = 2 });
        await foreach (var outcome in asked.ClassifyManyAsync([File(Rose), File(Rose), File(Rose)])) Assert.AreEqual("roses", outcome.Result!.Predictions[0].Label);
    }

    [TestMethod]
    public void Device_NothingAskedFor_IsTheProcessorWithoutOpeningTheNetwork()
    {
        var classifier = ImageClassifier.Load("flowers");
        Assert.AreEqual(Device.Cpu, classifier.Device);
        Assert.IsNull(classifier.DeviceNote);
        classifier.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => classifier.Device);
    }

    /// <summary>A wish is saved on a machine that cannot grant it, loaded, and replaced by an option.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SaveZip_Device_IsKeptAsAWishThatAnOptionReplaces(bool standalone)
    {
        using var zip = new TemporaryFile(".zip");
        using (var classifier = ImageClassifier.Load("flowers", new() { Device = "cuda" }))
        {
            if (standalone) classifier.SaveStandaloneZip(zip.Path);
            else classifier.SaveZip(zip.Path);
        }
        Assert.AreEqual("cuda", ModelLocator.Open(zip.Path).GetDevice()?.ToString());
        AssertFails(ImageClassifier.Load(zip.Path), Rose);
        using (var loaded = ImageClassifier.Load(zip.Path, new() { Device = "cuda,cpu" }))
        {
            Assert.AreEqual("roses", loaded.Classify(File(Rose)).Predictions[0].Label);
            AssertFellBack(loaded);
            loaded.SaveZip(zip.Path);
        }
        using var again = ImageClassifier.Load(zip.Path);
        AssertFellBack(again);
        using (var cpu = ImageClassifier.Load(zip.Path, new() { Device = "cpu" })) cpu.SaveZip(zip.Path);
        using var last = ImageClassifier.Load(zip.Path);
        Assert.IsNull(last.DeviceNote);
    }

    [TestMethod]
    public void SaveZip_EveryTask_KeepsTheWish()
    {
        DeviceList asked = "cuda:1,cpu";
        foreach (var save in new Action<string>[]
        {
            path => { using var m = ObjectDetector.Load("blood-cells", new() { Device = asked }); m.SaveZip(path); },
            path => { using var m = Segmenter.Load("streets", new() { Device = asked }); m.SaveZip(path); },
            path => { using var m = Featurizer.Load("flowers", new() { Device = asked }); m.SaveZip(path); },
            path => { using var m = ImageStylizer.Load("starry-night", new() { Device = asked }); m.SaveZip(path); },
        })
        {
            using var zip = new TemporaryFile(".zip");
            save(zip.Path);
            Assert.AreEqual(asked, ModelLocator.Open(zip.Path).GetDevice());
        }
    }

    [TestMethod]
    public void SaveZip_NoDevice_HasTheSameBytesAsBefore()
    {
        using var classifier = ImageClassifier.Load("flowers");
        Assert.IsNull(classifier.Network.Prepare().Metadata[VisionMetadata.DeviceKey]);
        Assert.IsFalse(classifier.Network.Settings.ToJson().Contains("device", StringComparison.OrdinalIgnoreCase));
    }

    [TestMethod]
    public void Load_MetadataThatIsNoDevice_NamesTheModelAndTheKey()
    {
        var model = ModelLocator.Open("flowers");
        model.Metadata[VisionMetadata.DeviceKey] = "cudda";
        var error = Assert.ThrowsExactly<BadModelException>(() => ImageClassifier.Load(model));
        StringAssert.StartsWith(error.Message, $"{model.Name}: the metadata 'mlnetvision.device' cannot be read: Device 'cudda' is unknown (did you mean 'cuda'?)");
    }

    [TestMethod]
    public void Load_TextThatIsNoDevice_IsRefusedWhereItIsTaken() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => new ObjectDetectorOptions { Device = "gpu" }).Message, "Device 'gpu' is unknown (did you mean 'cuda'");

    private static void AssertFellBack<T>(VisionModel<T> model) where T : class
    {
        Assert.AreEqual(Device.Cpu, model.Device);
        StringAssert.Contains(model.DeviceNote, ": this ONNX Runtime has no ");
        StringAssert.EndsWith(model.DeviceNote, "; cpu runs it.");
    }

    private static void AssertFails<T>(VisionModel<T> model, string image) where T : class
    {
        using (model)
        {
            for (var i = 0; i < 2; i++)
                StringAssert.Contains(Assert.ThrowsExactly<BadDeviceException>(() => model.Run(File(image))).Message, "cuda: this ONNX Runtime has no CUDAExecutionProvider");
            Assert.ThrowsExactly<BadDeviceException>(() => model.Device);
        }
    }

    private static string File(string path) => Path.Combine(Shared.Repository, path);
}
