namespace MlNetVision.Cli.Tests.Hosting;

[TestClass]
public sealed class TerminalTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Lines_LongOrWithControlCharacters_StayOneLineEach(bool isWindow)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, Stream.Null, isWindow, isWindow) { IsProgressShown = isWindow };
        var path = $"{new string('a', 300)}\n\u001b[31m.png";
        var shown = path.Replace("\n", @"\n", StringComparison.Ordinal).Replace("\u001b", @"\x1B", StringComparison.Ordinal);
        terminal.Result(path);
        terminal.Note(path);
        terminal.Fail(path);
        var lines = (output.ToString() + error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(3, lines);
        foreach (var line in lines) StringAssert.Contains(line, shown);
    }
}
