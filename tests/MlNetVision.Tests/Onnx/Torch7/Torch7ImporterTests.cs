using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Torch7;
using static MlNetVision.Tests.Onnx.Torch7.TorchModules;

namespace MlNetVision.Tests.Onnx.Torch7;

[TestClass]
public sealed class Torch7ImporterTests
{
    // Goldens: OpenCV's readNetFromTorch on the photo cropped to a multiple of four, BGR less VGG's mean, which is added to the output.
    [TestMethod]
    [DataRow("candy")]
    [DataRow("mosaic")]
    public void Import_PublishedNetwork_PictureAsOpenCvsWithin40Decibels(string name)
    {
        var model = ModelLocator.Open(Shared.Path("models", "torch7", $"{name}.t7"));
        Assert.AreEqual(("stylize", "caffe", "4"), (model.Metadata[VisionMetadata.TaskKey], model.Metadata[VisionMetadata.PreprocessKey], model.Metadata["stride"]));
        using var golden = Picture.Load(Shared.Path("goldens", "style", $"{name}.t7", "chicago.png"));
        using var photo = Picture.Load(Shared.Path("data", "images", "chicago.jpg"));
        Assert.AreEqual((photo.Width / 4 * 4, photo.Height / 4 * 4), (golden.Width, golden.Height));
        var mean = PixelNormalization.Caffe.Mean;
        // Channel 0 is blue.
        var input = Planes.Of(3, golden.Height, golden.Width, (c, y, x) => photo.Pixels[(y * photo.Width + x) * 4 + 2 - c] - mean[c]);
        var output = input.Through(model);
        Assert.AreEqual((golden.Width, golden.Height), (output.Width, output.Height));
        double squares = 0;
        for (var c = 0; c < 3; c++)
            for (var i = 0; i < golden.Width * golden.Height; i++)
                squares += Math.Pow(Math.Clamp(Math.Round(output.Values[c * golden.Width * golden.Height + i] + mean[c]), 0, 255) - golden.Pixels[4 * i + 2 - c], 2);
        var decibels = 10 * Math.Log10(255 * 255 / (squares / output.Values.Length));
        Assert.IsGreaterThan(40, decibels);
    }

    [TestMethod]
    public void Import_NeuralDoodle_RefusedByTheModulesPath()
    {
        var path = Shared.Path("models", "torch7", "starry_night_doodle.t7");
        var e = Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(path));
        StringAssert.Contains(e.Message, $"{path}: module 1 (nn.NoiseFill): this module is not supported; supported are Sequential, ");
    }

    [TestMethod]
    public void Import_Checkpoint_DescribesItself()
    {
        var model = Import(Checkpoint());
        Assert.AreEqual("image", model.Inputs.Single().Name);
        CollectionAssert.AreEqual(new long?[] { null, 3, null, null }, model.Inputs[0].Shape.ToArray());
        CollectionAssert.AreEqual(new long?[] { null, 3, null, null }, model.Outputs.Single().Shape.ToArray());
        Assert.AreEqual(("stylize", "caffe", "2"), (model.Metadata[VisionMetadata.TaskKey], model.Metadata[VisionMetadata.PreprocessKey], model.Metadata["stride"]));
        Assert.IsTrue(model.Graph.Node.Any(n => n.Name == "3.1.2.InstanceNormalization"));
    }

    [TestMethod]
    [DataRow("resnet", "imagenet")]
    [DataRow("vgg", "caffe")]
    public void Import_CheckpointWithPreprocessing_AsItSays(string said, string expected) =>
        Assert.AreEqual(expected, Import(LuaTable.Of(("model", Same(3)), ("opt", LuaTable.Of(("preprocessing", said))))).Metadata[VisionMetadata.PreprocessKey]);

    [TestMethod]
    public void Import_NoNetwork_SaysWhatThereIs()
    {
        StringAssert.Contains(Bad(LuaTable.Of(("weights", 1), (5, 2))), "found a table without one under 'model'; it has weights, 5");
        StringAssert.Contains(Bad("text"), "found another value");
        StringAssert.Contains(Bad(TorchObject.Module("ReLU")), "says how many channels");
        StringAssert.Contains(Bad(LuaTable.Of(("model", Same(3)), ("opt", LuaTable.Of(("preprocessing", "tar"))))), "'tar'; vgg or resnet");
    }

    [TestMethod]
    public void Page_OnStyleTransfer_ListsTheModulesThatAreRead()
    {
        var page = File.ReadAllText(Path.Combine(Shared.Repository, "assets", "docs", "style-transfer.md"));
        var section = page[page.IndexOf("## Torch7 networks", StringComparison.Ordinal)..page.IndexOf("Any other is refused", StringComparison.Ordinal)];
        foreach (var module in Torch7Network.Supported) StringAssert.Contains(section, $"`{module}`");
    }

    [TestMethod]
    public void Import_BadModule_NamesItsPath()
    {
        TorchObject Sequential(params object[] modules) => TorchObject.Container("Sequential", modules);
        var conv = Convolution([Planes.Random(2, 3, 3)], null);
        StringAssert.Contains(Bad(Sequential(Same(2), Sequential(TorchObject.Module("SpatialMaxPooling")))), "module 2.1 (nn.SpatialMaxPooling): this module is not supported");
        StringAssert.Contains(Bad(Sequential(Same(3), conv)), "module 2 (nn.SpatialConvolution): takes 2 channels; the module before it gives 3");
        StringAssert.Contains(Bad(Sequential(Same(3), TorchObject.Container("ConcatTable", Same(3), Same(3)))), "gives 2 tensors");
        StringAssert.Contains(Bad(Sequential(TorchObject.Container("ConcatTable", Same(3), Same(3)), Same(3))), "module 2 (nn.SpatialConvolution): takes one tensor");
        StringAssert.Contains(Bad(Sequential(TorchObject.Container("ConcatTable", Same(3), Sequential(Same(3), Convolution([Planes.Random(3, 1, 1)], null))), TorchObject.Module("CAddTable"))), "channels");
        StringAssert.Contains(Bad(TorchObject.Module("Sequential")), "no table of modules");
        StringAssert.Contains(Bad(Sequential(Same(3), "text")), "no module in the place 2");
        StringAssert.Contains(Bad(TorchObject.Module("Sequential", ("modules", LuaTable.Of((1, Same(3)), (3, Same(3)))))), "1 more");
        StringAssert.Contains(Bad(Sequential(Same(3), TorchObject.Module("ReLU", ("threshold", 1)))), "threshold is 1; 0 was expected");
        StringAssert.Contains(Bad(Sequential(Same(3), TorchObject.Module("ShaveImage", ("size", 1.5)))), "size is 1.5; a whole number");
        StringAssert.Contains(Bad(Sequential(Same(3), TorchObject.Module("ShaveImage"))), "size is missing");
        StringAssert.Contains(Bad(Convolution([Planes.Of(1, 1, 1, (_, _, _) => double.NaN)], null)), "weight holds NaN at element 0");
        conv.Fields.Entries.RemoveAll(f => f.Key is "kH");
        conv.Fields.Entries.Add(("kH", 4));
        StringAssert.Contains(Bad(conv), "the network (nn.SpatialConvolution): weight is a tensor of 1×2×3×3; 1×2×4×3 was expected");
    }

    [TestMethod]
    public void Import_Hostile_RefusedBeforeMemoryIsTaken()
    {
        var itself = TorchObject.Container("Sequential", Same(3));
        ((LuaTable)itself.Fields.Entries[0].Value!).Entries.Add((2, itself));
        StringAssert.Contains(Bad(itself), "module 2 (nn.Sequential): lies within itself");

        // Each holds the one before twice: 2³⁰ modules in a file of 6 KB.
        var doubled = TorchObject.Module("Tanh");
        for (var i = 0; i < 30; i++) doubled = TorchObject.Container("Sequential", doubled, doubled);
        StringAssert.Contains(Bad(doubled), "more often than the file has room for");

        // A chain of references, deeper than the file's own levels; numbers pay for it, as weights do elsewhere.
        var all = new List<object> { TorchObject.Module("Tanh") };
        for (var i = 0; i < 300; i++) all.Add(TorchObject.Container("Sequential", all[^1]));
        StringAssert.Contains(Bad(LuaTable.Of(("paid", new TorchStorage("Byte", new float[50_000])), ("all", LuaTable.Sequence([.. all])), ("model", all[^1]))), "lies in more than");

        // One number, repeated by a stride of 0.
        var repeated = new TorchTensor("Float", [1000, 1000, 30, 30], [0, 0, 0, 0], 1, new TorchStorage("Float", [1]));
        var vast = TorchObject.Module("SpatialConvolution", ("nInputPlane", 1000), ("nOutputPlane", 1000), ("kW", 30), ("kH", 30), ("weight", repeated));
        StringAssert.Contains(Bad(vast), "more memory than 3 times the file's");
    }

    [TestMethod]
    public void Open_MissingFile_NamesIt() => StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => Torch7Importer.Import("none.t7")).Message, "none.t7");

    private static OnnxModel Import(object root) => Torch7Importer.Import(Torch7Writer.Bytes(root), "written.t7");

    private static string Bad(object root)
    {
        var message = Assert.ThrowsExactly<BadModelException>(() => Import(root)).Message;
        StringAssert.StartsWith(message, "written.t7: ");
        return message;
    }
}
