namespace MlNetVision.Notebooks.Tests;

/// <summary>The C# of README runs, and prints what README says it does.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReadmeTests
{
    private const string Expectation = "```text\n";

    [TestMethod]
    public async Task Code_OfReadme_PrintsWhatReadmeShows()
    {
        var root = RepositoryNotebooksTests.FindRoot();
        var readme = NotebookSource.Load(Path.Combine(root, "README.md"));
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = root;
        try
        {
            var outputs = await NotebookRunner.RunAsync(readme);
            var code = readme.Cells.Index().Where(c => c.Item.IsCode).ToList();
            Assert.IsNotEmpty(code);
            foreach (var (index, cell) in code)
            {
                var after = readme.Cells[index + 1].Text;
                Assert.StartsWith(Expectation, after, $"README shows no output after:\n{cell.Text}");
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
