using System.Text.Json.Nodes;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Tests.Import.Torch7;

namespace MlNetVision.Cli.Tests.Model;

[TestClass]
public sealed class ModelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ModelCommandTests() => _model = TinyDetector.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task List_Text_NamesEveryModelOfTheCatalogue()
    {
        var result = await Cli.RunAsync("model", "list");
        result.AssertCode(ExitCode.Done);
        foreach (var entry in ModelCatalogue.Default.Entries) StringAssert.Contains(result.Out, entry.Name);
        StringAssert.Contains(result.Error, ModelFolder.Variable);
    }

    [TestMethod]
    public async Task List_Json_HasALineForEachModel()
    {
        var result = await Cli.RunAsync("model", "list", "--json");
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(
            ModelCatalogue.Default.Entries.Select(e => e.Name).ToArray(), result.Lines.Select(l => (string?)JsonNode.Parse(l)!["name"]).ToArray());
    }

    [TestMethod]
    [DataRow("tiny.cfg", 28)] // 7·3 weights, 7 biases
    [DataRow("tiny.onnx", 28)]
    [DataRow("tiny.zip", 34)] // and what the chain adds to normalise bytes in the graph
    public async Task Info_EveryFormOfAModel_HasItsLayersAndTotals(string name, int parameters)
    {
        (await Cli.RunAsync("model", "convert", _model, "-o", _folder["tiny.onnx"])).AssertCode(ExitCode.Done);
        (await Cli.RunAsync("detect", "-m", _model, "--save", _folder["tiny.zip"])).AssertCode(ExitCode.Done);
        var text = await Cli.RunAsync("model", "info", _folder[name]);
        text.AssertCode(ExitCode.Done);
        StringAssert.Matches(text.Out, new("Layer +Type +Output +Parameters +Multiply-adds +Connected to"));
        StringAssert.Contains(text.Out, "names: {0: 'red', 1: 'purple'}");
        var json = await Cli.RunAsync("model", "info", "--json", _folder[name]);
        json.AssertCode(ExitCode.Done);
        var summary = JsonNode.Parse(json.Lines.Single())!;
        Assert.AreEqual(parameters, (int)summary["parameters"]!);
        Assert.AreEqual(84, (int)summary["multiplyAdds"]!); // 7·3·2·2
        Assert.AreEqual("{0: 'red', 1: 'purple'}", (string?)summary["metadata"]!["names"]);
        var (before, convolution) = (summary["layers"]!.AsArray().TakeWhile(l => (string?)l!["type"] != "Conv").Last(), summary["layers"]!.AsArray().Single(l => (string?)l!["type"] == "Conv"));
        Assert.AreEqual($"[\"{(string?)before!["name"]}\"]", convolution!["connectedTo"]!.ToJsonString());
    }

    [TestMethod]
    public async Task InfoAndConvert_Torch7Network_LayersAndOneFileThatDescribesItself()
    {
        var convolution = TorchObject.Module("SpatialConvolution", ("nInputPlane", 3), ("nOutputPlane", 3), ("kW", 1), ("kH", 1),
            ("weight", TorchTensor.Of([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3, 1, 1)), ("bias", TorchTensor.Of([1, 2, 3], 3)));
        var file = _folder.Write("style.t7", Torch7Writer.Bytes(LuaTable.Of(("model", TorchObject.Container("Sequential", convolution, TorchObject.Module("Tanh"))))));
        var info = await Cli.RunAsync("model", "info", file, "--json", "--size", "20x10");
        info.AssertCode(ExitCode.Done);
        Assert.AreEqual(12, (int)JsonNode.Parse(info.Out)!["parameters"]!);
        Assert.AreEqual(9 * 20 * 10, (int)JsonNode.Parse(info.Out)!["multiplyAdds"]!);

        (await Cli.RunAsync("model", "convert", file, "-o", _folder["style.onnx"])).AssertCode(ExitCode.Done);
        var converted = OnnxModel.Load(_folder["style.onnx"]);
        converted.Check();
        Assert.AreEqual(("stylize", "caffe"), (converted.Metadata[VisionMetadata.TaskKey], converted.Metadata[VisionMetadata.PreprocessKey]));

        _folder.Write("cut.t7", File.ReadAllBytes(file).AsSpan(0, 300));
        var cut = await Cli.RunAsync("model", "info", _folder["cut.t7"]);
        cut.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(cut.Error, "cut.t7: not a Torch7 file in binary form, or damaged: at byte ");
    }

    [TestMethod]
    public async Task Convert_DarknetNetwork_DetectsTheSameWithoutItsOtherFiles()
    {
        var image = _folder.Write("a.png", Images.RedPng());
        (await Cli.RunAsync("model", "convert", _model, "-o", _folder["out/tiny.onnx"])).AssertCode(ExitCode.Done);
        var before = await Cli.RunAsync("detect", image, "-m", _model, "--json");
        var after = await Cli.RunAsync("detect", image, "-m", _folder["out/tiny.onnx"], "--json");
        Assert.AreEqual(before.Out, after.Out);
        StringAssert.Contains(after.Out, "red");
    }

    [TestMethod]
    public async Task Convert_WithLabels_PutsThemIntoTheFile()
    {
        var labels = _folder.Write("other.txt", "rot\nlila\n"u8);
        (await Cli.RunAsync("model", "convert", _model, "-o", _folder["de.onnx"], "--labels", labels)).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(new[] { "rot", "lila" }, OnnxModel.Load(_folder["de.onnx"]).GetNames());
    }

    [TestMethod]
    [DataRow("tiny.txt")]
    [DataRow("tiny.cfg")]
    public async Task Convert_ToAnotherKindOfFile_FailsWithCodeTwo(string name)
    {
        var before = await File.ReadAllBytesAsync(_model);
        (await Cli.RunAsync("model", "convert", _model, "-o", _folder[name])).AssertCode(ExitCode.Usage);
        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_model));
    }

    [TestMethod]
    public async Task Convert_OntoItself_FailsWithCodeTwo()
    {
        (await Cli.RunAsync("model", "convert", _model, "-o", _folder["tiny.onnx"])).AssertCode(ExitCode.Done);
        (await Cli.RunAsync("model", "convert", _folder["tiny.onnx"], "-o", _folder["./tiny.onnx"])).AssertCode(ExitCode.Usage);
    }

    [TestMethod]
    public async Task Verify_GoodAndBadModels_TellsThemApart()
    {
        var good = await Cli.RunAsync("model", "verify", _model, "blood-cells");
        good.AssertCode(ExitCode.Done);
        Assert.AreEqual($"{_model}: ok (graph, run)", good.Lines[0]);
        var bad = await Cli.RunAsync("model", "verify", _folder.Write("bad.onnx", "no"u8), _model);
        bad.AssertCode(ExitCode.BadModelOrData);
        Assert.HasCount(1, bad.Lines);
        StringAssert.Contains(bad.Error, "bad.onnx");
    }

    [TestMethod]
    public async Task Verify_ModelWhoseDeviceIsNotHere_IsReportedAndTheOthersAreVerified()
    {
        (await Cli.RunAsync("detect", "-m", _model, "--save", _folder["wish.zip"], "--device", "cuda")).AssertCode(ExitCode.Done);
        var result = await Cli.RunAsync("model", "verify", _folder["wish.zip"], _model);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual($"{_model}: ok (graph, run)", result.Lines.Single());
        StringAssert.Contains(result.Error, "wish.zip: cuda");
        StringAssert.Contains(result.Error, "was saved with");
    }

    [TestMethod]
    public async Task Verify_BundledModels_RunsOneOfEveryTask()
    {
        var result = await Cli.RunAsync("model", "verify");
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEquivalent(
            new[] { "blood-cells", "streets", "flowers", "starry-night", "vgg16-small" }.Select(n => $"{n}: ok (graph, run)").ToArray(), result.Lines);
    }

    [TestMethod]
    public async Task Verify_NetworkThatCannotDoItsTask_FailsWithCodeThree()
    {
        var network = new GraphWriter("flat.onnx");
        network.Output(network.Node("Relu", null, [network.Input("x", TensorProto.Types.DataType.Float, 1, 7)]), TensorProto.Types.DataType.Float, 1, 7);
        var model = network.Build();
        model.Metadata[VisionMetadata.TaskKey] = "segment";
        model.Save(_folder["flat.onnx"]);
        var result = await Cli.RunAsync("model", "verify", _folder["flat.onnx"]);
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "flat.onnx");
    }

    [TestMethod]
    public async Task Detect_DarknetNetworkWithoutNames_IsNotedAndWorks()
    {
        File.Delete(_folder["tiny.names"]);
        var image = _folder.Write("a.png", Images.RedPng());
        var result = await Cli.RunAsync("detect", image, "-m", _model);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "1 class 0");
        StringAssert.Contains(result.Error, "--labels");
        Assert.AreEqual("", (await Cli.RunAsync("detect", image, "-m", _model, "--quiet")).Error);
        var verified = await Cli.RunAsync("model", "verify", _model);
        StringAssert.Contains(verified.Out, "ok (graph, run)");
    }

    /// <summary>Detectors as they are exported: the heads are told by the outputs, and Ultralytics' tasks are not this program's.</summary>
    [TestMethod]
    [DataRow(null, 84)]
    [DataRow("detect", 6)]
    [DataRow("segment", 7)]
    [DataRow("pose", 11)]
    [DataRow("obb", 7)]
    public async Task Verify_DetectorAsExported_RunsAlsoWhenSaved(string? task, int values)
    {
        WriteYoloV8(task, values).Save(_folder["best.onnx"]);
        (await Cli.RunAsync("detect", "-m", _folder["best.onnx"], "--save", _folder["best.zip"])).AssertCode(ExitCode.Done);
        foreach (var file in new[] { "best.onnx", "best.zip" })
        {
            var result = await Cli.RunAsync("model", "verify", _folder[file]);
            result.AssertCode(ExitCode.Done);
            Assert.AreEqual($"{_folder[file]}: ok (graph, run)", result.Lines.Single());
            StringAssert.Contains((await Cli.RunAsync("model", "info", _folder[file])).Out, "head    detect · Ultralytics v8 head");
        }
    }

    [TestMethod]
    public async Task Detect_EightyClassesWithoutNames_NotesWhoseNamesAreUsed()
    {
        WriteYoloV8(null, 84).Save(_folder["best.onnx"]);
        var image = _folder.Write("a.png", Images.RedPng());
        var result = await Cli.RunAsync("detect", image, "-m", _folder["best.onnx"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "those of COCO are used. --labels");
        Assert.AreEqual("", (await Cli.RunAsync("detect", image, "-m", _folder["best.onnx"], "--quiet")).Error);
    }

    /// <summary>A network of 96×64 pixels that finds nothing, by zeros in the shape of YOLO v8's boxes.</summary>
    private static OnnxModel WriteYoloV8(string? task, int values)
    {
        const int cells = 126; // at strides of 8, 16 and 32
        var network = new GraphWriter("best.onnx");
        network.Input("images", TensorProto.Types.DataType.Float, 1, 3, 64, 96);
        network.Output("output0", network.Floats(new float[values * cells], 1, values, cells), TensorProto.Types.DataType.Float, 1, values, cells);
        if (task == "segment") network.Output("output1", network.Floats(new float[16 * 24], 1, 1, 16, 24), TensorProto.Types.DataType.Float, 1, 1, 16, 24);
        var model = network.Build();
        if (task is null) return model;
        model.SetNames(task is "pose" ? ["one"] : ["one", "two"]);
        foreach (var (key, value) in new[] { (VisionMetadata.TaskKey, task), ("author", "Ultralytics"), ("kpt_shape", "[2, 3]") }) model.Metadata[key] = value;
        return model;
    }

    [TestMethod]
    public async Task Verify_NetworkThatIsNoDetector_SaysWhyItWasNotRun()
    {
        var network = new GraphWriter("plain.onnx");
        var made = network.Node("Relu", null, [network.Input("x", TensorProto.Types.DataType.Float, 1, 3, -1, -1)]);
        network.Output(made, TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        network.Build().Save(_folder["plain.onnx"]);
        var verified = await Cli.RunAsync("model", "verify", _folder["plain.onnx"]);
        verified.AssertCode(ExitCode.Done);
        StringAssert.Contains(verified.Out, "not run: it does not say");
        var info = await Cli.RunAsync("model", "info", _folder["plain.onnx"], "--size", "20x10", "--json");
        info.AssertCode(ExitCode.Done);
        Assert.AreEqual("[1,3,10,20]", JsonNode.Parse(info.Out)!["layers"]![0]!["outputShape"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow("20x", "WIDTHxHEIGHT")]
    [DataRow("0x5", "WIDTHxHEIGHT")]
    [DataRow("64x64", "")] // the network says 32×32
    public async Task Info_SizeThatCannotBe_FailsWithCodeTwo(string size, string reason)
    {
        var result = await Cli.RunAsync("model", "info", _model, "--size", size);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
    }

    [TestMethod]
    public async Task Pull_BundledModel_HasNothingToFetch()
    {
        var result = await Cli.RunAsync("model", "pull", "blood-cells");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "comes with");
    }

    [TestMethod]
    [DataRow("yolov99", ExitCode.BadModelOrData, "yolov2")]
    [DataRow("yolov2-coco-9 --mirror ftp://example.org", ExitCode.Usage, "http")]
    [DataRow("yolov2-coco-9 --mirror nowhere", ExitCode.Usage, "nowhere")]
    [DataRow("yolov2-coco-9 --from {folder}/missing.onnx", ExitCode.BadModelOrData, "missing.onnx")]
    [DataRow("yolov2-coco-9 --from {folder}/wrong.onnx", ExitCode.BadModelOrData, "203948401")]
    [DataRow("yolov2-coco-9 --mirror http://127.0.0.1:9/models", ExitCode.BadModelOrData, "127.0.0.1")]
    public async Task Pull_CannotBeServed_SaysWhy(string arguments, int code, string reason)
    {
        _folder.Write("wrong.onnx", "no network"u8);
        var result = await Cli.RunAsync(["model", "pull", .. arguments.Replace("{folder}", _folder.Path, StringComparison.Ordinal).Split(' ')]);
        result.AssertCode(code);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
    }
}
