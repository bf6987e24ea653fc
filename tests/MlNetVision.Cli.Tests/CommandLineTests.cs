namespace MlNetVision.Cli.Tests;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    public async Task Run_NoArguments_PrintsHelpAndAsksForACommand()
    {
        var result = await Cli.RunAsync();
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Out, "Commands:");
        StringAssert.Contains(result.Out, "Exit codes:");
    }

    [TestMethod]
    public async Task Run_Version_PrintsTheVersion()
    {
        var result = await Cli.RunAsync("--version");
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new(@"^\d+\.\d+\.\d+"));
    }

    [TestMethod]
    [DataRow("nonsense")]
    [DataRow("completion")]
    [DataRow("completion", "klingon")]
    [DataRow("completion", "bash", "--verbosity", "loud")]
    public async Task Run_WrongCommandLine_ExplainsOnStandardErrorOnly(params string[] args)
    {
        var result = await Cli.RunAsync(args);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, "--help");
    }

    [TestMethod]
    [DataRow("bash")]
    [DataRow("zsh")]
    [DataRow("pwsh")]
    public async Task Completion_Shell_PrintsAScriptThatAsksUs(string shell)
    {
        var result = await Cli.RunAsync("completion", shell);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "[suggest:");
    }

    [TestMethod]
    public async Task Suggest_StartOfACommand_IsCompleted()
    {
        var result = await Cli.RunAsync("[suggest:17]", "mlnetvision compl");
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual("completion", result.Out.Trim());
    }

    [TestMethod]
    public async Task Suggest_Command_OffersNoFormOfOtherSystems()
    {
        var result = await Cli.RunAsync("[suggest:19]", "mlnetvision detect ");
        Assert.IsFalse(result.Lines.Any(l => l.StartsWith('/')), result.Out);
        CollectionAssert.Contains(result.Lines, "--help");
    }

    [TestMethod]
    public async Task Help_Command_EndsWithExamples()
    {
        var result = await Cli.RunAsync("completion", "--help");
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new("Options:[^$]*Examples:\n  eval"));
    }

    [TestMethod]
    [DataRow("detect")]
    [DataRow("evaluate detector")]
    [DataRow("model list")]
    [DataRow("model pull")]
    [DataRow("model info")]
    [DataRow("model convert")]
    [DataRow("model verify")]
    [DataRow("demo")]
    public async Task Help_EveryCommand_HasExamplesThatParse(string command)
    {
        var result = await Cli.RunAsync([.. command.Split(' '), "--help"]);
        result.AssertCode(ExitCode.Done);
        var examples = result.Out[result.Out.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')
            .Where(l => l.Contains($"mlnetvision {command}", StringComparison.Ordinal)).ToArray();
        Assert.IsNotEmpty(examples);
        foreach (var example in examples)
        {
            var words = example[(example.IndexOf("mlnetvision ", StringComparison.Ordinal) + "mlnetvision ".Length)..].Replace("'", "", StringComparison.Ordinal);
            (await Cli.RunAsync([.. words.Split(' '), "--help"])).AssertCode(ExitCode.Done); // options that do not exist would fail
        }
    }

    [TestMethod]
    [DataRow("[suggest:20]", "mlnetvision model pu", "pull")]
    [DataRow("[suggest:24]", "mlnetvision model info b", "blood-cells")]
    [DataRow("[suggest:31]", "mlnetvision detect a.jpg --nms ", "hard")]
    public async Task Suggest_NamesAndValues_AreCompleted(string directive, string line, string expected)
    {
        var result = await Cli.RunAsync(directive, line);
        result.AssertCode(ExitCode.Done);
        CollectionAssert.Contains(result.Lines, expected);
    }
}
