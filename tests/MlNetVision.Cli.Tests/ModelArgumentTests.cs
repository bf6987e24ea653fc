using System.Text.Json.Nodes;

namespace MlNetVision.Cli.Tests;

/// <summary>What <c>-m</c> takes, and what is said where it is left out.</summary>
[TestClass]
public sealed class ModelArgumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public ModelArgumentTests() => _image = _folder.Write("a.png", Images.RedPng());

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("detect", "model: blood-cells, the default, knows only RBC, WBC, Platelets. -m takes another one")]
    [DataRow("segment", "model: streets, the default, knows only sky, building, pole, road,")]
    [DataRow("classify", "model: flowers, the default, knows only roses, sunflowers, tulips. -m takes another one")]
    [DataRow("stylize", "model: starry-night, the default, paints only like van Gogh's Starry Night. -m takes another one")]
    public async Task Command_WithoutModel_NotesOnceWhatTheBundledOneKnows(string command, string note)
    {
        var result = await Cli.RunAsync(command, _image, "--json");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, note);
        Assert.HasCount(1, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), result.Error);
        Assert.HasCount(1, result.Lines);

        Assert.AreEqual("", (await Cli.RunAsync(command, _image, "--json", "--quiet")).Error);
    }

    [TestMethod]
    [DataRow("detect", "blood-cells")]
    [DataRow("classify", "flowers")]
    public async Task Command_WithTheBundledModelNamed_NotesNothing(string command, string model) =>
        Assert.AreEqual("", (await Cli.RunAsync(command, _image, "-m", model, "--json")).Error);

    [TestMethod]
    public async Task Detect_Weights_FindsTheNetworkBesideThem()
    {
        TinyDetector.Write(_folder);

        var weights = await Cli.RunAsync("detect", _image, "-m", _folder["tiny.weights"], "--json");
        weights.AssertCode(ExitCode.Done);
        Assert.AreEqual((await Cli.RunAsync("detect", _image, "-m", _folder["tiny.cfg"], "--json")).Out, weights.Out);
        Assert.AreEqual("red", (string?)JsonNode.Parse(weights.Out)!["detections"]![0]!["label"]);

        (await Cli.RunAsync("model", "convert", _folder["tiny.weights"], "-o", _folder["tiny.onnx"])).AssertCode(ExitCode.Done);
        var replaced = await Cli.RunAsync("detect", _image, "-m", _folder["tiny.weights"], "--json", _folder["tiny.names"]);
        replaced.AssertCode(ExitCode.Usage);
        StringAssert.Contains(replaced.Error, "the model's file of class names");
    }

    [TestMethod]
    public async Task Detect_WeightsAlone_AsksForTheNetwork()
    {
        var result = await Cli.RunAsync("detect", _image, "-m", _folder.Write("lone.weights", TinyDetector.Weights()));

        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "lone.weights: has only weights; expected their network beside them, ");
        StringAssert.Contains(result.Error, "lone.cfg");
    }

    [TestMethod]
    [DataRow("yolov8n.pt", "a PyTorch model", "yolo export")]
    [DataRow("frozen.pb", "a TensorFlow graph", "tf2onnx")]
    [DataRow("mobile.tflite", "a TensorFlow Lite model", "--tflite")]
    [DataRow("yolo.engine", "a TensorRT engine", "export the model that it was made from")]
    public async Task Detect_ModelOfAnotherFramework_IsAnsweredByTheWayToOnnx(string name, string kind, string way)
    {
        var result = await Cli.RunAsync("detect", _image, "-m", _folder.Write(name, "model"u8));

        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, $"{name}: is {kind}");
        StringAssert.Contains(result.Error, way);
    }

    [TestMethod]
    [DataRow("detect")]
    [DataRow("classify")]
    [DataRow("segment")]
    [DataRow("model info")]
    public async Task Help_Model_ListsEveryKindOfFile(string command)
    {
        var help = string.Join(' ', (await Cli.RunAsync([.. command.Split(' '), "--help"])).Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        foreach (var ending in new[] { ".onnx", ".cfg", ".weights", ".t7", ".zip" }) StringAssert.Contains(help, ending);
    }

    [TestMethod]
    [DataRow("detect")]
    [DataRow("classify")]
    [DataRow("segment")]
    [DataRow("stylize")]
    public async Task Help_Preprocess_HasBothOrdersOfChannels(string command)
    {
        var help = (await Cli.RunAsync(command, "--help")).Out;

        foreach (var form in new[] { " rgb:MEANS:DEVIATIONS ", " bgr:MEANS:DEVIATIONS " }) StringAssert.Contains(help, form);
    }
}
