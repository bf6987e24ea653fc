using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Cli.Tests.Stylize;

/// <summary>Style transfer by optimisation, with a network of one convolution.</summary>
[TestClass]
public sealed class StylizeByPaintingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _command;

    public StylizeByPaintingTests()
    {
        var graph = new GraphWriter("edges");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, -1, 3, -1, -1);
        var weights = Enumerable.Range(0, 4 * 3 * 9).Select(i => i % 5 * 0.1f - 0.15f).ToArray();
        var features = graph.Node("Conv", "conv", [input, graph.Floats("weights", weights, 4, 3, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }), ("kernel_shape", new long[] { 3, 3 }));
        graph.Output(graph.Node("Relu", "relu", [features]), TensorProto.Types.DataType.Float, -1, 4, -1, -1);
        graph.Build().Save(_folder["edges.onnx"]);
        var photo = _folder.Write("in/a.png", Images.RedPng(64, 48));
        var painting = _folder.Write("painting.png", Images.RedPng(40, 40));
        _command = ["stylize", photo, "--style", painting, "--network", _folder["edges.onnx"], "--content-layers", "relu", "--style-layers", "conv,relu=0.5", "--size", "32", "--iterations", "6", "-o", _folder["out"]];
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("--solver adam --learning-rate 1")]
    [DataRow("--start noise --seed 3 --scales 2")]
    [DataRow("--preserve-colours luminance --preview 2")]
    public async Task Stylize_ByPainting_WritesTheImageAndItsLosses(string options)
    {
        var result = await Cli.RunAsync([.. _command, "--json", .. options.Split(' ')]);

        result.AssertCode(ExitCode.Done);
        var line = JsonDocument.Parse(result.Lines.Single()).RootElement;
        Assert.AreEqual((43, 32), (line.GetProperty("width").GetInt32(), line.GetProperty("height").GetInt32()));
        Assert.AreEqual(2, line.GetProperty("styles").GetArrayLength());
        Assert.IsGreaterThan(0, line.GetProperty("evaluations").GetInt32());
        using var image = RgbImage.Load(line.GetProperty("output").GetString()!);
        Assert.AreEqual(options.Contains("--preview", StringComparison.Ordinal), File.Exists(_folder["out/a.preview.png"]));
        StringAssert.Contains(result.Error, "iteration");
    }

    [TestMethod]
    [DoNotParallelize]
    public async Task Stylize_ByPaintingsWithoutFolder_WritesTheImageHereByTheirNames()
    {
        var dots = _folder.Write("dots.png", Images.RedPng(24, 24));
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            var result = await Cli.RunAsync([.. _command[..^2], "--style", dots, "--weights", "3,1"]);
            result.AssertCode(ExitCode.Done);
            StringAssert.Contains(result.Out, "-> a.painting+dots.png");
            RgbImage.Load("a.painting+dots.png").Dispose();

            var files = Directory.GetFiles(".", "*", SearchOption.AllDirectories).Order().ToArray();
            (await Cli.RunAsync([.. _command[..^2], "--json"])).AssertCode(ExitCode.Done);
            CollectionAssert.AreEqual(files, Directory.GetFiles(".", "*", SearchOption.AllDirectories).Order().ToArray(), "--json alone writes nothing");
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [TestMethod]
    public async Task Stylize_PreviewThatCannotBeWritten_SaysSoAndKeepsTheImage()
    {
        Directory.CreateDirectory(_folder["out/a.preview.png"]);

        var result = await Cli.RunAsync([.. _command, "--preview", "2"]);

        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "the preview cannot be written");
        Assert.IsTrue(File.Exists(_folder["out/a.png"]));
    }

    [TestMethod]
    public async Task Stylize_MaskInColourWithClasses_IsFoundBeforeAnyWork()
    {
        var result = await Cli.RunAsync([.. _command, "--mask", _folder["painting.png"], "--keep", "1"]);

        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "--mask: ");
        Assert.DoesNotContain("iteration", result.Error);
    }

    [TestMethod]
    public async Task Stylize_FilesThatAreReadStandInTheFolder_AreNotReplaced()
    {
        var painting = _folder.Write("out/a.png", Images.RedPng(40, 40));
        var before = await File.ReadAllBytesAsync(painting);

        (await Cli.RunAsync([.. _command.Select(w => w == _folder["painting.png"] ? painting : w)])).AssertCode(ExitCode.Done);

        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(painting));
        Assert.IsTrue(File.Exists(_folder["out/a-2.png"]));
    }

    [TestMethod]
    [DataRow("--weights 1,2", "--style")]
    [DataRow("--tile", "--tile")]
    [DataRow("--learning-rate 3", "adam")]
    [DataRow("--start nothing.png", "content or noise")]
    [DataRow("--mask {f}/nothing.png", "--mask")]
    [DataRow("--content-layers =1", "no name")]
    [DataRow("--grid {f}/all.png", "--grid")]
    [DataRow("--model starry-night", "--style")]
    [DataRow("--content-layers relu=x", "WEIGHT")]
    [DataRow("--solver newton", "newton")]
    public async Task Stylize_ByPaintingWithABadOption_FailsWithCodeTwo(string options, string reason)
    {
        var result = await Cli.RunAsync([.. _command.Where(w => !options.StartsWith("--content", StringComparison.Ordinal) || (w != "--content-layers" && w != "relu")), .. options.Replace("{f}", _folder.Path, StringComparison.Ordinal).Split(' ')]);

        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
    }

    [TestMethod]
    public async Task Stylize_CancelledBeforeTheFirstIteration_WritesNothingAndReturns130()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var result = await Cli.RunAsync(Stream.Null, cancelled.Token, [.. _command, "--json"]);

        result.AssertCode(ExitCode.Interrupted);
        Assert.IsFalse(File.Exists(_folder["out/a.png"]));
    }

    [TestMethod]
    public async Task Stylize_UnknownLayer_FailsWithCodeThree()
    {
        var result = await Cli.RunAsync([.. _command.Select(w => w == "relu" ? "relo" : w)]);

        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "relu");
    }

    [TestMethod]
    public async Task Stylize_NetworkThatDoesNotSayWhatItTakes_NotesTheAssumption()
    {
        string[] layers = [.. _command.Select(w => w is "relu" or "conv,relu=0.5" ? "block1_conv1" : w)];

        StringAssert.Contains((await Cli.RunAsync(layers)).Error, "--preprocess");
        Assert.DoesNotContain("--preprocess", (await Cli.RunAsync([.. layers, "--preprocess", "imagenet"])).Error);
    }

    [TestMethod]
    public async Task Stylize_ByPaintingWithoutNetwork_TakesTheModelFoldersOrTheBundledOneAndTellsWhich()
    {
        string[] command = [.. _command.Where(w => w != "--network" && w != _folder["edges.onnx"]).Select(w => w is "relu" or "conv,relu=0.5" ? "block1_conv1" : w)];
        var bundled = await Cli.RunAsync(command);
        bundled.AssertCode(ExitCode.Done);
        StringAssert.Contains(bundled.Error, "feature network: vgg16-small, which comes with the library; `mlnetvision model pull vgg16-12`");

        var network = Path.Combine(Directory.CreateDirectory(ModelFolder.Path).FullName, "vgg16-notop.onnx");
        File.Copy(_folder["edges.onnx"], network);
        try
        {
            var result = await Cli.RunAsync(command);
            result.AssertCode(ExitCode.Done);
            StringAssert.Contains(result.Error, $"feature network: {network}.");
        }
        finally
        {
            File.Delete(network);
        }
    }

    [TestMethod]
    public async Task Stylize_OptimiserWithoutPainting_FailsWithCodeTwo()
    {
        var result = await Cli.RunAsync("stylize", "a.png", "--iterations", "3");

        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "--style");
    }
}
