using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Cli.Tests.Classify;

/// <summary>Where the bundled model looks in an image.</summary>
[TestClass]
public sealed class ClassifyHeatmapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public ClassifyHeatmapTests()
    {
        using var image = new RgbImage(90, 60);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i % 4 == 3 ? 255 : i * 7);
        image.Save(_folder["a.jpg"]);
        _image = _folder["a.jpg"];
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("--heatmap")]
    [DataRow("--heatmap SUNFLOWERS")]
    public async Task Classify_Heatmap_IsWrittenBesideTheImage(string options)
    {
        var result = await Cli.RunAsync(["classify", _image, "-o", _folder["out"], .. options.Split(' ')]);
        result.AssertCode(ExitCode.Done);
        StringAssert.EndsWith(result.Lines.Single(), "a.heatmap.png");
        using var drawn = SKBitmap.Decode(_folder["out/a.heatmap.png"]);
        Assert.AreEqual(90, drawn.Width);
        Assert.IsGreaterThan(60, drawn.Height);
    }

    [TestMethod]
    [DataRow("--heatmap", "-o FOLDER")]
    [DataRow("--heatmap rosess -o {f}/out", "There is no class 'rosess'. Did you mean 'roses'?")]
    public async Task Classify_BadHeatmap_IsAUsageError(string options, string expected)
    {
        var result = await Cli.RunAsync(["classify", _image, .. options.Replace("{f}", _folder["."], StringComparison.Ordinal).Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, expected);
    }
}
