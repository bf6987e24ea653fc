namespace MlNetVision.Notebooks.Tests;

[TestClass]
public sealed class NotebookSourceTests
{
    [TestMethod]
    public void Parse_TextAndCode_GivesCellsInOrder()
    {
        var source = NotebookSource.Parse("x", "# Title\n\ntext\n\n```csharp\nvar a = 1;\n```\n\n```text\nkept\n```\n```csharp\ndisplay(a);\n```\n");

        CollectionAssert.AreEqual(
            new NotebookCell[] { new(false, "# Title\n\ntext"), new(true, "var a = 1;"), new(false, "```text\nkept\n```"), new(true, "display(a);") },
            source.Cells.ToArray());
    }

    [TestMethod]
    public void Parse_CodeThatIsNotClosed_IsAnError()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => NotebookSource.Parse("lesson", "```csharp\nvar a = 1;\n"));

        StringAssert.Contains(error.Message, "lesson");
    }
}
