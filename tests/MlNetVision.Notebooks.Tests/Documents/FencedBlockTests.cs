namespace MlNetVision.Notebooks.Tests.Documents;

[TestClass]
public sealed class FencedBlockTests
{
    [TestMethod]
    public void Parse_Page_GivesItsBlocksAndWhichFollowEachOther()
    {
        var blocks = FencedBlock.Parse("# Title\n\n```csharp\nvar a = 1;\n\nvar b = 2;\n```\n\n```text\nkept\n```\nwords\n```sh\nls\n```\n");

        CollectionAssert.AreEqual(
            new FencedBlock[] { new("csharp", 4, "var a = 1;\n\nvar b = 2;\n", false), new("text", 10, "kept\n", true), new("sh", 14, "ls\n", false) },
            blocks.ToArray());
    }

    [TestMethod]
    public void Parse_BlockThatIsNotClosed_IsAnError()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => FencedBlock.Parse("text\n```csharp\nvar a = 1;\n"));

        StringAssert.Contains(error.Message, "line 2");
    }
}
