using MlNetVision.Imaging;

namespace MlNetVision.Notebooks.Tests;

/// <summary>The C# of the page on Microsoft.ML.Vision runs, and prints what the page says it does.</summary>
[TestClass]
[DoNotParallelize]
public sealed class VisionDocumentTests
{
    private const string Expectation = "```text\n";

    [TestMethod]
    public async Task Code_OfThePage_PrintsWhatThePageShows()
    {
        var page = NotebookSource.Load(Path.Combine(RepositoryNotebooksTests.FindRoot(), "assets", "docs", "from-microsoft-ml-vision.md"));
        var (before, folder) = (Environment.CurrentDirectory, Directory.CreateTempSubdirectory("mlnetvision-"));
        try
        {
            WritePhotos(Path.Combine(folder.FullName, "photos"));
            Environment.CurrentDirectory = folder.FullName;
            var outputs = await NotebookRunner.RunAsync(page);
            var (index, _) = page.Cells.Index().Single(c => c.Item.IsCode);
            var shown = page.Cells[index + 1].Text;
            Assert.StartsWith(Expectation, shown);
            Assert.AreEqual(shown[Expectation.Length..shown.IndexOf("```", Expectation.Length, StringComparison.Ordinal)], string.Concat(outputs[index].Select(o => o.Content)));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Ten pictures each of red, green and blue, all a little different.</summary>
    private static void WritePhotos(string folder)
    {
        string[] names = ["red", "green", "blue"];
        for (var i = 0; i < 30; i++)
        {
            using var picture = new Picture(40, 40);
            var pixels = picture.Pixels;
            for (var p = 0; p < pixels.Length; p++) pixels[p] = p % 4 == 3 ? (byte)255 : p % 4 == i % 3 ? (byte)(200 + i) : (byte)(10 + i);
            var place = Path.Combine(folder, names[i % 3], FormattableString.Invariant($"{i:00}.png"));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            picture.Save(place);
        }
    }
}
