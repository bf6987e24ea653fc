using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Torch7;
using static MlNetVision.Onnx.Tests.Import.Torch7.TorchModules;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

[TestClass]
public sealed class Torch7ImporterTests
{
    [TestMethod]
    public void Import_Checkpoint_DescribesItself()
    {
        var imported = Import(Checkpoint());
        var model = imported.Model;
        Assert.AreEqual("image", model.Inputs.Single().Name);
        CollectionAssert.AreEqual(new long?[] { null, 3, null, null }, model.Inputs[0].Shape.ToArray());
        CollectionAssert.AreEqual(new long?[] { null, 3, null, null }, model.Outputs.Single().Shape.ToArray());
        Assert.AreEqual((ImportedPurpose.Stylize, 2), (imported.Purpose, imported.Stride));
        Assert.IsNull(imported.InputSize);
        CollectionAssert.AreEqual(new[] { 103.939f, 116.779f, 123.68f }, imported.Pixels!.Mean.ToArray());
        Assert.IsEmpty(model.Metadata.Keys);
        Assert.IsTrue(model.Graph.Node.Any(n => n.Name == "3.1.2.InstanceNormalization"));
    }

    [TestMethod]
    [DataRow("resnet", false, 0.229f * 255)]
    [DataRow("vgg", true, 1f)]
    public void Import_CheckpointWithPreprocessing_AsItSays(string said, bool bgr, float deviation)
    {
        var pixels = Import(LuaTable.Of(("model", Same(3)), ("opt", LuaTable.Of(("preprocessing", said))))).Pixels!;
        Assert.AreEqual((bgr, deviation), (pixels.Bgr, pixels.Deviation[0]));
    }

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
        StringAssert.Contains(Bad(Sequential(Same(3), "text")), "no module at index 2");
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
    public void Open_MissingFile_NamesIt() => StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => new Torch7Importer().Import("none.t7")).Message, "none.t7");

    private static ImportedModel Import(object root) => Torch7Importer.Read(Torch7Writer.Bytes(root), "written.t7");

    private static string Bad(object root)
    {
        var message = Assert.ThrowsExactly<BadModelException>(() => Import(root)).Message;
        StringAssert.StartsWith(message, "written.t7: ");
        return message;
    }
}
