using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;

namespace MlNetVision.Cli.Tests.Outputs;

[TestClass]
public sealed class OutputNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Claim_TreeAndSharedNames_KeepsTheTreeAndNumbersTheRest()
    {
        var names = new OutputNames(_folder["out"], new UsedFiles());
        string[] claimed = [names.Claim("sub/a.jpg", ".jpg"), names.Claim("a.jpg", ".jpg"), names.Claim("A.JPG", ".jpg"), names.Claim("a.bmp", ".png"), names.Claim("a.gif", ".png")];
        CollectionAssert.AreEqual(
            new[] { "out/sub/a.jpg", "out/a.jpg", "out/A-2.jpg", "out/a.png", "out/a-2.png" }.Select(n => _folder[n]).ToArray(), claimed);
    }

    [TestMethod]
    public void Claim_BesideAnInput_TakesAFreeName()
    {
        var input = new ImageInput(_folder.Write("here.png"), "here.png");
        _folder.Write("here-2.png");
        Assert.AreEqual(_folder["here-3.png"], new OutputNames(_folder.Path, new UsedFiles().Add([input])).Claim(input.RelativeName, ".png"));
    }

    [TestMethod]
    public void Claim_FileThatIsReadBesideInputs_TakesAFreeName() =>
        Assert.AreEqual(_folder["out/a-2.png"], new OutputNames(_folder["out"], new UsedFiles().Add(_folder.Write("out/a.png"), "the painting")).Claim("a.jpg", ".png"));

    [TestMethod]
    public void Claim_OlderResult_IsReplaced()
    {
        _folder.Write("out/a.png");
        _folder.Write("out/a-2.png");
        var names = new OutputNames(_folder["out"], new UsedFiles().Add([new ImageInput(_folder.Write("pics/a.png"), "a.png")]));
        string[] claimed = [names.Claim("a.png", ".png"), names.Claim("a.png", ".png")];
        CollectionAssert.AreEqual(new[] { _folder["out/a.png"], _folder["out/a-2.png"] }, claimed);
    }

    [TestMethod]
    public void Claim_FileIsAnInputEvenThroughALink_IsNotOverwritten()
    {
        var input = new ImageInput(_folder.Write("pics/a.jpg"), "a.jpg");
        Directory.CreateSymbolicLink(_folder["out"], _folder["pics"]);
        Assert.AreEqual(_folder["out/a-2.jpg"], new OutputNames(_folder["out"], new UsedFiles().Add([input])).Claim(input.RelativeName, ".jpg"));
    }
}
