namespace MlNetVision.Cli.Tests;

/// <summary>What a mistyped word is answered by: the words that may have been meant.</summary>
[TestClass]
public sealed class SuggestionTests
{
    [TestMethod]
    [DataRow("detekt a.jpg", "'mlnetvision' has no command 'detekt'. Did you mean 'detect'?")]
    [DataRow("model veryfy", "'mlnetvision model' has no command 'veryfy'. Did you mean 'verify'?")]
    [DataRow("evaluate detektor", "'mlnetvision evaluate' has no command 'detektor'. Did you mean 'detector'?")]
    [DataRow("detect a.jpg --jsom", "'mlnetvision detect' has no option '--jsom'. Did you mean '--json'?")]
    [DataRow("detect a.jpg --conf 0.3", "Did you mean '--confidence'?")]
    [DataRow("segment a.jpg --quit", "Did you mean '--quiet'?")]
    [DataRow("stylize a.jpg --preserve-color luminance", "'--preserve-colors'")]
    [DataRow("model info a.onnx --sise 3x3", "Did you mean '--size'?")]
    public async Task Run_MistypedWord_NamesTheOneThatMayBeMeant(string line, string message)
    {
        var result = await Cli.RunAsync(line.Split(' '));

        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, message);
        StringAssert.Contains(result.Error, "--help'.");
    }

    [TestMethod]
    [DataRow("stylize a.jpg --preprocess -o out", "error: --preprocess needs a value, and '-o' follows.")]
    [DataRow("detect a.jpg --confidence --json", "error: --confidence needs a value, and '--json' follows.")]
    [DataRow("evaluate segmenter a b --ignore abc", "error: --ignore 'abc': a whole number from 0 to 255 was expected.")]
    [DataRow("evaluate segmenter a b --ignore 256", "error: --ignore '256': a whole number from 0 to 255 was expected.")]
    [DataRow("completion fish", "Must be one of: 'bash' 'zsh' 'pwsh'")]
    public async Task Run_ValueMissingOrWrong_SaysWhatIsExpected(string line, string message)
    {
        var result = await Cli.RunAsync(line.Split(' '));
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, message);
    }

    [TestMethod]
    [DataRow("zzzzzz", "It has: detect, segment, classify, stylize, train, evaluate, anchors, model, demo, completion.")]
    [DataRow("detect a.jpg --zzzzzzzzz", "It has: --output, --json, --resume, --save,")]
    public async Task Run_WordUnlikeAnyOther_ListsAll(string line, string message) =>
        StringAssert.Contains((await Cli.RunAsync(line.Split(' '))).Error, message);

    [TestMethod]
    [DataRow("blod-cells", "Did you mean blood-cells?")]
    [DataRow("yolov2-coco", "Did you mean yolov2-coco-9 or yolov2?")]
    public async Task Run_MistypedModel_NamesTheOneThatMayBeMeant(string model, string message)
    {
        var result = await Cli.RunAsync("detect", "a.jpg", "-m", model);

        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, message);
    }
}
