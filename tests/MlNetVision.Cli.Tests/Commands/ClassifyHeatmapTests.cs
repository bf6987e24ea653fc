using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Cli.Tests.Commands;

/// <summary>Where the bundled model looks in a picture.</summary>
[TestClass]
public sealed class ClassifyHeatmapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _picture;

    public ClassifyHeatmapTests()
    {
        using var picture = new Picture(90, 60);
        for (var i = 0; i < picture.Pixels.Length; i++) picture.Pixels[i] = (byte)(i % 4 == 3 ? 255 : i * 7);
        picture.Save(_folder["a.jpg"]);
        _picture = _folder["a.jpg"];
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("--heatmap")]
    [DataRow("--heatmap SUNFLOWERS")]
    public async Task Classify_Heatmap_IsWrittenBesideThePicture(string options)
    {
        var result = await Cli.RunAsync(["classify", _picture, "-o", _folder["out"], .. options.Split(' ')]);
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
        var result = await Cli.RunAsync(["classify", _picture, .. options.Replace("{f}", _folder["."], StringComparison.Ordinal).Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, expected);
    }
}
