using System.Security.Cryptography;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Style;
using MlNetVision.Tests.Style;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class BundledStarryNightTests
{
    private static readonly string ModelFile = Path.Combine(Shared.Repository, "assets", "models", "starry-night.onnx");

    [TestMethod]
    public void StarryNight_TheExport_IsTheBundledGraph()
    {
        var export = OnnxModel.Load(Shared.Path("models", "ours", "starry-night.onnx"));

        Assert.IsTrue(export.Graph.Equals(OnnxModel.Load(ModelFile).Graph), "run: dotnet run assets/models/starry-night.cs");
    }

    [TestMethod]
    public void StarryNight_Card_NamesTheHashOfTheFile()
    {
        var card = File.ReadAllText(Path.ChangeExtension(ModelFile, ".md"));

        StringAssert.Contains(card, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFile))));
    }

    [TestMethod]
    public void StarryNight_Reach_IsWhatTheCardSays()
    {
        var reach = new SpatialReach(OnnxModel.Load(ModelFile));

        Assert.AreEqual((4, true), (reach.Multiple, reach.Radius("stylized") <= 60));
        Assert.AreEqual("4", OnnxModel.Load(ModelFile).Metadata[VisionMetadata.StrideKey]);
    }

    [TestMethod]
    public void Stylize_DrawnStreet_IsTheSameWholeAndInTiles()
    {
        using var street = RgbImage.Load(Path.Combine(Shared.Repository, "assets", "images", "street.png"));
        using var stylizer = ImageStylizer.Load("starry-night");
        using var tiles = ImageStylizer.Load("starry-night", new ImageStylizerOptions { Tile = true, TileSize = 420 });
        using var half = ImageResizer.Resize(street, new ResizeOptions { Width = 470, Height = 361, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);

        using var whole = stylizer.Stylize(half);
        using var tiled = tiles.Stylize(half);

        Assert.AreEqual(("raw", true, 0), (stylizer.Preprocess, stylizer.TakesAnySize, stylizer.Assumptions.Count));
        Assert.IsLessThanOrEqualTo(1, StyleImages.Largest(whole.Stylized, tiled.Stylized));
    }
}
