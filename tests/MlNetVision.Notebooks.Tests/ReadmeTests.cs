namespace MlNetVision.Notebooks.Tests;

/// <summary>The C# of README and of the pages that it leads to runs, and prints what the page shows.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReadmeTests
{
    private const string Expectation = "```text\n";

    [TestMethod]
    [DataRow("README.md")]
    [DataRow("assets/docs/gradients.md")]
    [DataRow("assets/docs/style-transfer.md")]
    public async Task Code_OfPage_PrintsWhatPageShows(string path)
    {
        var root = RepositoryNotebooksTests.FindRoot();
        var page = NotebookSource.Load(Path.Combine(root, path));
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = root;
        try
        {
            var outputs = await NotebookRunner.RunAsync(page);
            var code = page.Cells.Index().Where(c => c.Item.IsCode).ToList();
            Assert.IsNotEmpty(code);
            foreach (var (index, cell) in code)
            {
                var after = page.Cells[index + 1].Text;
                Assert.StartsWith(Expectation, after, $"{path} shows no output after:\n{cell.Text}");
                var expected = after[Expectation.Length..after.IndexOf("```", Expectation.Length, StringComparison.Ordinal)];
                Assert.AreEqual(expected, string.Concat(outputs[index].Select(o => o.Content)));
            }
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
