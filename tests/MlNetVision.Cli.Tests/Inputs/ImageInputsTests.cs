using MlNetVision.Cli.Inputs;

namespace MlNetVision.Cli.Tests.Inputs;

[TestClass]
public sealed class ImageInputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void FillFolder()
    {
        foreach (var name in new[] { "b.jpg", "a.PNG", "sub/c.jpeg", "sub/deep/d.webp", "sub/notes.txt", ".hidden/e.jpg", ".f.jpg", "x/a.PNG" })
            _folder.Write("pics/" + name);
    }

    [TestMethod]
    public void Expand_OnlyTheOutputFolderHasImages_SaysThatItIsLeftOut()
    {
        _folder.Write("only/out/a.png");
        foreach (var folder in new[] { "only", "only/out" })
            StringAssert.Contains(ImageInputs.Expand([_folder[folder]], _folder["only/out"]).Single().Error, "is left out");
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Expand_Folder_GivesItsTreeInOrdinalOrderWithoutHiddenFiles() =>
        CollectionAssert.AreEqual(new[] { "a.PNG", "b.jpg", "sub/c.jpeg", "sub/deep/d.webp", "x/a.PNG" }, Names(_folder["pics"]));

    [TestMethod]
    [DataRow("pics/*.jpg", "b.jpg")]
    [DataRow("pics/?.PNG", "a.PNG")]
    [DataRow("pics/**/a.PNG", "a.PNG,x/a.PNG")]
    [DataRow("pics/**/*.*e*", "sub/c.jpeg,sub/deep/d.webp")]
    [DataRow("pics/*/*.jpeg", "sub/c.jpeg")]
    [DataRow("pics/sub/**", "c.jpeg,deep/d.webp")]
    [DataRow("*/sub/deep/*", "pics/sub/deep/d.webp")]
    public void Expand_Pattern_GivesMatchesBelowItsFixedPart(string pattern, string expected) =>
        Assert.AreEqual(expected, string.Join(',', Names(_folder[pattern])));

    [TestMethod]
    public void Expand_EmptyName_IsOneErrorAndTheOthersAreThere()
    {
        var path = _folder.Write("z.jpg");
        var inputs = ImageInputs.Expand(["", path, ""]);
        Assert.HasCount(2, inputs);
        StringAssert.Contains(inputs[0].Error, "an empty name was given");
        Assert.AreEqual((path, null), (inputs[1].Path, inputs[1].Error));
    }

    [TestMethod]
    public void Expand_FileWhoseNameIsAPattern_IsThatFile()
    {
        var path = _folder.Write("a*b.jpg");
        _folder.Write("aXb.jpg");
        CollectionAssert.AreEqual(new[] { path }, ImageInputs.Expand([path]).Select(i => i.Path).ToArray());
    }

    [TestMethod]
    public void Expand_SameImageTwice_IsTakenOnce() =>
        Assert.HasCount(1, ImageInputs.Expand([_folder["pics/b.jpg"], _folder["pics/*.jpg"], _folder["pics/sub/../b.jpg"]]));

    [TestMethod]
    public void Expand_OutputFolderWithinInput_IsNotSearched() =>
        CollectionAssert.AreEqual(
            new[] { "a.PNG", "b.jpg", "x/a.PNG" },
            ImageInputs.Expand([_folder["pics"]], except: _folder["pics/sub"]).Select(i => i.RelativeName).ToArray());

    [TestMethod]
    public void Expand_LinkToFolderAbove_Ends()
    {
        Directory.CreateSymbolicLink(_folder["pics/sub/up"], _folder["pics"]);
        Assert.HasCount(5, ImageInputs.Expand([_folder["pics"]]));
        Assert.HasCount(5, ImageInputs.Expand([_folder["pics/**"]]));
    }

    [TestMethod]
    [DataRow("pics/*.gif", "no images match")]
    [DataRow("pics/.empty", "no images")]
    public void Expand_NothingFound_GivesAnEntryWithTheReason(string argument, string reason)
    {
        Directory.CreateDirectory(_folder["pics/.empty"]);
        var input = ImageInputs.Expand([_folder[argument]]).Single();
        StringAssert.Contains(input.Error, reason);
        StringAssert.Contains(input.Error, argument);
    }

    [TestMethod]
    public void Expand_UnreadableFolderWithin_IsReportedAndTheRestFound()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("needs Unix permissions");
            return;
        }
        File.SetUnixFileMode(_folder["pics/sub"], UnixFileMode.None);
        try
        {
            if (CanRead(_folder["pics/sub"])) Assert.Inconclusive("this user (root) reads folders without permission");
            var found = ImageInputs.Expand([_folder["pics"]]);
            Assert.HasCount(3, found.Where(i => i.Error is null));
            StringAssert.Contains(found.Single(i => i.Error is not null).Error, "cannot be read");
        }
        finally
        {
            File.SetUnixFileMode(_folder["pics/sub"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool CanRead(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder).Length >= 0;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] Names(string argument) => [.. ImageInputs.Expand([argument]).Select(i => i.RelativeName)];
}
