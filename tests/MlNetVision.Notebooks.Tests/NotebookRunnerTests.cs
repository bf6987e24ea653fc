namespace MlNetVision.Notebooks.Tests;

[TestClass]
public sealed class NotebookRunnerTests
{
    [TestMethod]
    public async Task RunAsync_Cells_ShareStateAndGiveOutputs()
    {
        var outputs = await Run("""
            ```csharp
            #r "nuget: MlNetVision, 0.1.0"
            var a = 20;
            ```
            text
            ```csharp
            Console.WriteLine("written");
            display(a + 1);
            display(HTML("<b>bold</b>"));
            display(HTML("<img src=\"data:image/png;base64,AAAA\"/>"));
            ```
            """);

        Assert.AreEqual(3, outputs.Count);
        Assert.AreEqual(0, outputs[0].Count + outputs[1].Count);
        CollectionAssert.AreEqual(
            new CellOutput[] { new("stream", "written\n"), new("text/plain", "21"), new("text/html", "<b>bold</b>"), new("image/png", "AAAA") },
            outputs[2].ToArray());
    }

    [TestMethod]
    [DataRow("int a = \"text\";", DisplayName = "does not compile")]
    [DataRow("throw new Exception(\"wrong\");", DisplayName = "throws")]
    public async Task RunAsync_CellThatFails_IsNamed(string cell)
    {
        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Run($"text\n```csharp\n{cell}\n```"));

        StringAssert.StartsWith(error.Message, "lesson, cell 2: ");
    }

    [TestMethod]
    [DataRow("text/plain", "21", "text/plain", "21", true)]
    [DataRow("text/plain", "21", "text/plain", "22", false)]
    [DataRow("text/plain", "21", "text/html", "21", false)]
    [DataRow("image/png", "AAAA", "image/png", "BBBB", true)]
    [DataRow("image/png", "AAAA", "image/jpeg", "AAAA", false)]
    public void Matches_TwoOutputs_AsARerunMayDiffer(string mime, string content, string otherMime, string otherContent, bool expected) =>
        Assert.AreEqual(expected, new CellOutput(mime, content).Matches(new CellOutput(otherMime, otherContent)));

    private static Task<IReadOnlyList<IReadOnlyList<CellOutput>>> Run(string text) => NotebookRunner.RunAsync(NotebookSource.Parse("lesson", text));
}
