using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Style;

namespace MlNetVision.Tests.Style;

[TestClass]
public sealed class TileTests
{
    [TestMethod]
    [DataRow(300, 230, 100, false)]
    [DataRow(301, 97, 100, false)]
    [DataRow(97, 611, 64, false)]
    [DataRow(301, 230, 64, true)]
    public void Stylize_InTiles_EqualsTheWhole(int width, int height, int tile, bool isShaved)
    {
        AssertTilesEqualTheWhole(TinyStyle.Johnson(isShaved: isShaved), width, height, tile);
    }

    [TestMethod]
    [DataRow("starry-night")]
    [DataRow("candy.t7")]
    public void Stylize_TrainedNetworkInTiles_EqualsTheWhole(string name)
    {
        AssertTilesEqualTheWhole(ModelLocator.Open(name.EndsWith(".t7", StringComparison.Ordinal) ? Shared.Path("models", "torch7", name) : name), 340, 250, 128);
    }

    [TestMethod]
    public void Stylize_NormalisationThatNothingUses_IsLeftOutOfTiles()
    {
        var model = TinyStyle.Johnson();
        model.Graph.Node.Insert(model.Graph.Node.ToList().FindIndex(n => n.Name == "a/relu") + 1, new() { OpType = "InstanceNormalization", Name = "unused", Input = { "a/relu", "a/scale", "a/shift" }, Output = { "unused" } });
        AssertTilesEqualTheWhole(model, 300, 131, 64);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Stylize_IdentityInTiles_GivesThePhotoBack(bool channelsLast)
    {
        using var photo = StyleImages.Waves(300, 131);
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity(channelsLast: channelsLast), new ImageStylizerOptions { Tile = true, TileSize = 64 });

        using var result = stylizer.Stylize(photo);

        Assert.AreEqual(0, StyleImages.Largest(photo, result.Stylized));
    }

    // Windows that lie off their middle look further to one side: 6 pixels instead of 3, three times over.
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Stylize_LopsidedPaddingInTiles_EqualsTheWhole(bool isPadNode)
    {
        AssertTilesEqualTheWhole(TinyStyle.Lopsided(isPadNode), 300, 200, 64);
    }

    [TestMethod]
    [DataRow("half_pixel", null)]
    [DataRow("align_corners", "node 'up' (Resize)")]
    [DataRow(null, "node 'mean' (GlobalAveragePool)")]
    public void Load_NetworkBoundToTheWholeImage_IsRefusedForTiles(string? resize, string? refused)
    {
        var model = TinyStyle.HalvedAndBack(resize);
        ImageStylizer.Load(model).Dispose();
        if (refused is null) AssertTilesEqualTheWhole(model, 300, 200, 64);
        else StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ImageStylizer.Load(model, new ImageStylizerOptions { Tile = true })).Message, refused);
    }

    // What is kept of an image: the tensors of the fewest floats a pixel that all else follows from.
    [TestMethod]
    public void Bottlenecks_Johnson_AreWhereTheNetworkShrankMost()
    {
        var model = TinyStyle.Johnson();

        var after = Bottlenecks.After(model, new SpatialReach(model));

        CollectionAssert.AreEqual(new[] { "b/norm: c/conv", "c/norm: c/relu", "d/norm: residual" }, after.Select(a => $"{a.Key}: {a.Value}").ToArray());
    }

    // Across the borders of tiles no larger steps than elsewhere: the difference of neighbours less the untiled image's.
    [TestMethod]
    public void Stylize_InTiles_NoSeamShows()
    {
        using var photo = StyleImages.Waves(400, 300);
        using var whole = ImageStylizer.Load(TinyStyle.Johnson());
        using var tiled = ImageStylizer.Load(TinyStyle.Johnson(), new ImageStylizerOptions { Tile = true, TileSize = 64 });

        using var expected = whole.Stylize(photo);
        using var found = tiled.Stylize(photo);

        Assert.IsLessThanOrEqualTo(1, StyleImages.LargestStep(expected.Stylized, found.Stylized));
        // The measure sees a seam: half of the image one and a half levels lighter would be one.
        using var seam = found.Stylized.Clone();
        for (var i = 0; i < seam.Pixels.Length; i++)
            if (i % 4 != 3 && i / 4 % 400 >= 200) seam.Pixels[i] = (byte)Math.Min(255, seam.Pixels[i] + 3);
        Assert.IsGreaterThan(1, StyleImages.LargestStep(expected.Stylized, seam));
    }

    [TestMethod]
    public void Stylize_PerTileStatistics_WouldShow()
    {
        using var photo = StyleImages.Waves(300, 230);
        using var stylizer = ImageStylizer.Load(TinyStyle.Johnson());

        using var whole = stylizer.Stylize(photo);
        using var left = new RgbImage(152, 230);
        for (var y = 0; y < 230; y++) photo.Words.Slice(y * 300, 152).CopyTo(left.Words[(y * 152)..]);
        using var alone = stylizer.Stylize(left);

        var most = 0;
        for (var y = 40; y < 190; y++) most = Math.Max(most, Math.Abs(whole.Stylized.Pixels[(y * 300 + 75) * 4] - alone.Stylized.Pixels[(y * 152 + 75) * 4]));
        Assert.IsGreaterThan(10, most);
    }

    [TestMethod]
    public void Reach_Johnson_IsWhatAPixelCanChange()
    {
        // 5×5: 2; 3×3 of stride 2: 1; 3×3 of stride 2: 1 · 2; 3×3: 1 · 4; upsampling: 4; 5×5: 2.
        var reach = new SpatialReach(TinyStyle.Johnson());

        Assert.AreEqual(4, reach.Multiple);
        Assert.AreEqual(2 + 1 + 2 + 4 + 4 + 2, reach.Radius("stylized"));
        Assert.IsNull(reach.Global);
    }

    [TestMethod]
    [DataRow(1000, 256, 20, 4)]
    [DataRow(260, 256, 20, 4)]
    [DataRow(256, 256, 20, 4)]
    [DataRow(4000, 64, 61, 8)]
    [DataRow(96, 64, 61, 8)]
    public void TileAxis_AnyLength_CoversItOnceWithAHalo(int length, int tile, int halo, int multiple)
    {
        var axis = new TileAxis(length, tile, halo, multiple);

        var next = 0;
        for (var i = 0; i < axis.Count; i++)
        {
            Assert.AreEqual(next, axis.From(i));
            Assert.AreEqual(0, axis.Origin(i) % multiple);
            Assert.IsTrue(axis.From(i) == 0 || axis.From(i) - axis.Origin(i) >= halo, $"left halo of tile {i}");
            Assert.IsTrue(axis.To(i) == length || axis.Origin(i) + axis.Tile - axis.To(i) >= halo, $"right halo of tile {i}");
            Assert.IsLessThanOrEqualTo(length, axis.Origin(i) + axis.Tile);
            next = axis.To(i);
        }
        Assert.AreEqual(length, next);
    }

    private static void AssertTilesEqualTheWhole(OnnxModel model, int width, int height, int tile)
    {
        using var photo = StyleImages.Waves(width, height);
        using var whole = ImageStylizer.Load(model);
        using var tiled = ImageStylizer.Load(model, new ImageStylizerOptions { Tile = true, TileSize = tile });

        using var expected = whole.Stylize(photo);
        using var found = tiled.Stylize(photo);

        // One level where a float lies on the edge of rounding.
        Assert.IsLessThanOrEqualTo(1, StyleImages.Largest(expected.Stylized, found.Stylized));
    }
}
