using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Tests.Style;

[TestClass]
public sealed class TileTests
{
    [TestMethod]
    [DataRow(300, 230)]
    [DataRow(301, 97)]
    public void Stylize_InTiles_EqualsTheWholeWhereStatisticsSeeItAll(int width, int height)
    {
        using var photo = StylePictures.Waves(width, height);
        using var whole = ImageStylizer.Load(TinyStyle.Johnson());
        using var tiled = ImageStylizer.Load(TinyStyle.Johnson(), new ImageStylizerOptions { Tile = true, TileSize = 100 });

        using var expected = whole.Stylize(photo);
        using var found = tiled.Stylize(photo);

        // One level where a float lies on the edge of rounding.
        Assert.IsLessThanOrEqualTo(1, StylePictures.Largest(expected.Picture, found.Picture));
    }

    // Were there seams, other tiles would have them elsewhere.
    [TestMethod]
    public void Stylize_StatisticsOfASample_AreTheSameForAllTiles()
    {
        using var photo = StylePictures.Waves(1300, 900);
        var options = new ImageStylizerOptions { Tile = true, TileSize = 300, StatisticsMegapixels = 0.3 };
        using var small = ImageStylizer.Load(TinyStyle.Johnson(), options);
        using var large = ImageStylizer.Load(TinyStyle.Johnson(), options with { TileSize = 700 });

        using var first = small.Stylize(photo);
        using var second = large.Stylize(photo);

        Assert.IsLessThanOrEqualTo(1, StylePictures.Largest(first.Picture, second.Picture));
    }

    [TestMethod]
    public void Stylize_PerTileStatistics_WouldShow()
    {
        using var photo = StylePictures.Waves(300, 230);
        using var stylizer = ImageStylizer.Load(TinyStyle.Johnson());

        using var whole = stylizer.Stylize(photo);
        using var left = new Picture(152, 230);
        for (var y = 0; y < 230; y++) photo.Words.Slice(y * 300, 152).CopyTo(left.Words[(y * 152)..]);
        using var alone = stylizer.Stylize(left);

        var most = 0;
        for (var y = 40; y < 190; y++) most = Math.Max(most, Math.Abs(whole.Picture.Pixels[(y * 300 + 75) * 4] - alone.Picture.Pixels[(y * 152 + 75) * 4]));
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
}
