using System.Text.Json.Nodes;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Tests.Classify;

[TestClass]
public sealed class ClassifyCommandTests : IDisposable
{
    private static readonly string[] Labels = ["red, \"light\"", "grün", "blue\nsea"];

    // A red quarter: its network's scores are 1, 0 and 0.
    private static readonly double Red = Math.E / (Math.E + 2);

    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public ClassifyCommandTests() => _image = _folder.Write("цветы/red.png", Images.RedPng());

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Classify_Json_IsTheContractsLine()
    {
        var result = await Cli.RunAsync("classify", _image, "-m", TinyClassifier.Write(_folder, Labels), "--top", "2", "--json");
        result.AssertCode(ExitCode.Done);
        var line = JsonNode.Parse(result.Lines.Single())!;
        Assert.AreEqual((_image, 64, 64), ((string)line["image"]!, (int)line["width"]!, (int)line["height"]!));
        var predictions = line["predictions"]!.AsArray();
        Assert.HasCount(2, predictions);
        Assert.AreEqual((0, Labels[0]), ((int)predictions[0]!["index"]!, (string)predictions[0]!["label"]!));
        Assert.AreEqual(Red, (double)predictions[0]!["score"]!, 1e-3);
        Assert.AreEqual((1, Labels[1]), ((int)predictions[1]!["index"]!, (string)predictions[1]!["label"]!));
    }

    [TestMethod]
    public async Task Classify_JsonWithOutputFolder_NamesTheFiles()
    {
        var drawn = await Cli.RunAsync("classify", _image, "-m", TinyClassifier.Write(_folder, Labels), "-o", _folder["out"], "--json");
        Assert.AreEqual(_folder["out/red.png"], (string?)JsonNode.Parse(drawn.Lines.Single())!["output"]);

        var heatmap = await Cli.RunAsync("classify", _image, "-m", "flowers", "-o", _folder["out"], "--heatmap", "--json");
        heatmap.AssertCode(ExitCode.Done);
        var outputs = JsonNode.Parse(heatmap.Lines.Single())!["outputs"]!.AsArray().Select(o => (string)o!).ToArray();
        CollectionAssert.AreEqual(new[] { _folder["out/red.png"], _folder["out/red.heatmap.png"] }, outputs);
    }

    [TestMethod]
    public async Task Classify_Folder_DrawsAndCountsAndNamesWhatFailed()
    {
        var bad = _folder.Write("цветы/bad.jpg", Images.TruncatedJpeg());
        _folder.Write("цветы/also.png", Images.RedPng());
        var result = await Cli.RunAsync("classify", _folder["цветы"], "-m", TinyClassifier.Write(_folder, Labels), "-o", _folder["out"]);
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, bad);
        StringAssert.Contains(result.Out, "red.png: red, \"light\" 57.6 %, grün 21.2 %");
        using var source = RgbImage.Load(_image);
        using var drawn = RgbImage.Load(_folder["out/red.png"]);
        Assert.AreEqual((source.Width, source.Height), (drawn.Width, drawn.Height));
        Assert.IsTrue(File.Exists(_folder["out/also.png"]));
        Assert.IsFalse(File.Exists(_folder["out/bad.jpg"]));
    }

    [TestMethod]
    public async Task Classify_ModelThatSaysNothing_IsToldWhatWasTaken()
    {
        var result = await Cli.RunAsync("classify", _image, "-m", TinyClassifier.Write(_folder));
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "names no classes");
        StringAssert.Contains(result.Error, "'imagenet' is used");
        StringAssert.Contains(result.Out, "class 0");
    }

    [TestMethod]
    public async Task Classify_LabelsPreprocessAndSoftmax_AreAsAsked()
    {
        var labels = _folder.Write("labels.txt", "r\ng\nb\n"u8);
        var result = await Cli.RunAsync("classify", _image, "-m", TinyClassifier.Write(_folder), "--labels", labels, "--preprocess", "unit", "--softmax", "off");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "r 100.0 %, g 0.0 %, b 0.0 %");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Classify_Saved_AnswersAsBefore(bool standalone)
    {
        string[] form = standalone ? ["--standalone"] : [];
        var save = await Cli.RunAsync(["classify", "-m", TinyClassifier.Write(_folder, Labels), "--save", _folder["m.zip"], .. form]);
        save.AssertCode(ExitCode.Done);
        var result = await Cli.RunAsync("classify", _image, "-m", _folder["m.zip"], "--json");
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual(Red, (double)JsonNode.Parse(result.Lines.Single())!["predictions"]![0]!["score"]!, 1e-3);
    }

    [TestMethod]
    [DataRow(ExitCode.Usage, "no INPUT", "-m", "flowers")]
    [DataRow(ExitCode.Usage, "--save", "IMAGE", "--standalone")]
    [DataRow(ExitCode.Usage, "--top", "IMAGE", "--top", "0")]
    [DataRow(ExitCode.Usage, "--softmax", "IMAGE", "--softmax", "maybe")]
    [DataRow(ExitCode.BadModelOrData, "streets", "IMAGE", "-m", "streets")]
    [DataRow(ExitCode.BadModelOrData, "2 labels", "IMAGE", "--labels", "LABELS")]
    public async Task Classify_WhatCannotBe_SaysSo(int code, string message, params string[] args)
    {
        var labels = _folder.Write("two.txt", "a\nb\n"u8);
        var result = await Cli.RunAsync(["classify", .. args.Select(a => a switch { "IMAGE" => _image, "LABELS" => labels, _ => a })]);
        result.AssertCode(code);
        StringAssert.Contains(result.Error, message);
    }
}
