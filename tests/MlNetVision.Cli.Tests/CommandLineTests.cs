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
    public async Task Help_Command_EndsWithExamples()
    {
        var result = await Cli.RunAsync("completion", "--help");
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new("Options:[^$]*Examples:\n  eval"));
    }
}
