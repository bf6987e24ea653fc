using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ModelLocatorTests
{
    [TestMethod]
    public void Open_MistypedNameOrFolder_SaysWhatMayHaveBeenMeant()
    {
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open("starry-nigth")).Message, "Did you mean starry-night?");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(Path.GetTempPath())).Message, "is a folder");
    }

    [TestMethod]
    [DataRow("yolov9", "yolov2", "yolov3")]
    [DataRow("starry-nigth", "starry-night")]
    [DataRow("blod-cells", "blood-cells")]
    [DataRow("nothing-like-any-model")]
    public void Open_UnknownName_SuggestsAFewNearOnesAndWhereAllAre(string name, params string[] near)
    {
        var message = Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(name)).Message;

        StringAssert.StartsWith(message, $"{name}: no such file, and no model of that name.");
        StringAssert.Contains(message, "'mlnetvision model list' shows all names.");
        var suggested = message.Split('?') is [var first, _] ? first.Split("Did you mean ")[1].Split(" or ") : [];
        Assert.IsLessThanOrEqualTo(3, suggested.Length, message);
        foreach (var expected in near) CollectionAssert.Contains(suggested, expected, message);
        if (near.Length == 0) Assert.IsEmpty(suggested, message);
    }

    [TestMethod]
    [DataRow(".onnx")]
    [DataRow(".cfg")]
    [DataRow(".weights")]
    [DataRow(".t7")]
    [DataRow(".zip")]
    public void Endings_EachKindOfFileThatIsOpened_IsListed(string ending) =>
        CollectionAssert.Contains(ModelLocator.Endings.Replace(" or ", ", ", StringComparison.Ordinal).Split(", "), ending);

    [TestMethod]
    [DataRow("yolov8n.pt", "a PyTorch model", "torch.onnx.export")]
    [DataRow("a/NET.PTH", "a PyTorch model", "yolo export model=a/NET.PTH format=onnx")]
    [DataRow("net.torchscript", "a TorchScript model", "torch.onnx.export")]
    [DataRow("net.safetensors", "without a network", "torch.onnx.export")]
    [DataRow("frozen.pb", "a TensorFlow graph", "tf2onnx.convert --saved-model")]
    [DataRow("net.tflite", "a TensorFlow Lite model", "tf2onnx.convert --tflite")]
    [DataRow("net.h5", "a Keras model", "format=\"onnx\"")]
    [DataRow("net.engine", "a TensorRT engine", "It cannot be converted back")]
    [DataRow("net.trt", "a TensorRT engine", "It cannot be converted back")]
    [DataRow("net.mlmodel", "a Core ML model", "It cannot be converted back")]
    [DataRow("net.caffemodel", "a Caffe model", "caffe2onnx")]
    public void Open_ModelOfAnotherFramework_SaysHowToExportItToOnnx(string path, string kind, string way)
    {
        var message = Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(path)).Message;

        StringAssert.StartsWith(message, $"{path}: is a");
        StringAssert.Contains(message, kind);
        StringAssert.Contains(message, way);
        StringAssert.Contains(message, "no such file");
    }

    [TestMethod]
    public void Open_FolderOfASavedModel_SaysHowToExportItToOnnx()
    {
        var folder = Directory.CreateTempSubdirectory("mlnetvision-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "saved_model.pb"), "graph");
            StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(folder)).Message, "tf2onnx.convert --saved-model");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
