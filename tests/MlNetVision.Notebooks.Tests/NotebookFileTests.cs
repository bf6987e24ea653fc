namespace MlNetVision.Notebooks.Tests;

[TestClass]
public sealed class NotebookFileTests
{
    private static readonly NotebookSource Source = NotebookSource.Parse("lesson", "text\n```csharp\nvar a = 1;\ndisplay(a);\n```\n");
    private static readonly IReadOnlyList<IReadOnlyList<CellOutput>> Outputs =
        [[], [new(CellOutput.Console, "one\ntwo\n"), new("text/plain", "1 × \"2\"\nthree"), new("image/jpeg", "AAAA+/==")]];

    [TestMethod]
    public void ReadOutputs_OfTheSameCells_AreThoseWritten() =>
        CollectionAssert.AreEqual(Outputs[1].ToArray(), Read(Source)[1].ToArray());

    [TestMethod]
    public void ReadOutputs_OfAChangedCell_AreNone() =>
        Assert.AreEqual(0, Read(NotebookSource.Parse("lesson", "text\n```csharp\nvar a = 2;\n```\n"))[1].Count);

    private static IReadOnlyList<IReadOnlyList<CellOutput>> Read(NotebookSource source)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, NotebookFile.Write(Source, Outputs));
            return NotebookFile.ReadOutputs(path, source);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
