using System.Text.RegularExpressions;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Tests;

[TestClass]
public sealed class DemoCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Demo_BundledModelAndSmear_CountsTheDrawnCells()
    {
        var result = await Cli.RunAsync("demo", "-o", _folder["demo"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "24 RBC, 1 WBC, 5 Platelets"); // as many as assets/images/blood-smear.json says were drawn
        StringAssert.Matches(result.Error, new Regex("Next:.*model list", RegexOptions.Singleline));
        using var smear = RgbImage.Load(_folder["demo/blood-smear.png"]);
        using var found = RgbImage.Load(_folder["demo/blood-smear.found.png"]);
        Assert.AreEqual((smear.Width, smear.Height), (found.Width, found.Height));
        Assert.IsFalse(smear.Pixels.SequenceEqual(found.Pixels));
    }

    [TestMethod]
    public async Task Demo_BundledModelAndStreet_WritesOverlayAndMask()
    {
        var result = await Cli.RunAsync("demo", "-o", _folder["demo"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "street.png: road 3"); // the largest class; assets/images/street.mask.png has 33 %
        using var street = RgbImage.Load(_folder["demo/street.png"]);
        using var overlay = RgbImage.Load(_folder["demo/street.overlay.png"]);
        Assert.AreEqual((street.Width, street.Height), (overlay.Width, overlay.Height));
        Assert.IsFalse(street.Pixels.SequenceEqual(overlay.Pixels));
        using var painted = RgbImage.Load(_folder["demo/street.starry-night.png"]);
        Assert.AreEqual((street.Width, street.Height), (painted.Width, painted.Height));
        var mask = MaskPng.Load(_folder["demo/street.mask.png"]);
        Assert.AreEqual((street.Width, street.Height), (mask.Width, mask.Height));
    }

    [TestMethod]
    [DataRow("rose.png")]
    [DataRow("blood-smear.png")]
    public async Task Demo_FolderWithAnotherImageOfThatName_LeavesItAndWritesNothing(string name)
    {
        var mine = _folder.Write($"photos/{name}", "mine"u8);
        var result = await Cli.RunAsync("demo", "-o", _folder["photos"]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, name);
        Assert.AreEqual("mine", await File.ReadAllTextAsync(mine));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder["photos"]));
    }

    [TestMethod]
    public async Task Demo_BundledModelAndFlowers_NamesThem()
    {
        var result = await Cli.RunAsync("demo", "-o", _folder["demo"]);
        result.AssertCode(ExitCode.Done);
        foreach (var (flower, name) in new[] { ("rose", "roses"), ("sunflower", "sunflowers"), ("tulip", "tulips") })
        {
            StringAssert.Contains(result.Out, $"{flower}.png: {name} 9"); // percent
            using var drawn = RgbImage.Load(_folder[$"demo/{flower}.named.png"]);
            Assert.AreEqual((480, 480), (drawn.Width, drawn.Height));
        }
    }
}
