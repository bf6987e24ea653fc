using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class ContactSheetTests
{
    [TestMethod]
    public void Add_Images_EachInItsCellWithItsName()
    {
        using var sheet = new ContactSheet(5, new() { ThumbnailWidth = 120, Columns = 3 });
        RgbColor[] colors = [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(9, 9, 9)];
        foreach (var color in colors)
        {
            using var image = new RgbImage(400, 300);
            image.Words.Fill(color.ToPixel());
            sheet.Add(image, "name");
        }
        sheet.AddMissing("gone");
        var layout = new SheetLayout(3, 2, 120);
        Assert.AreEqual((layout.Width, layout.Height), (sheet.Image.Width, sheet.Image.Height));
        for (var i = 0; i < colors.Length; i++)
        {
            var (left, top) = layout.Cell(i);
            Assert.AreEqual((colors[i].Red, colors[i].Green, colors[i].Blue), sheet.Image.At(left + 60, top + 45));
            Assert.IsTrue(Enumerable.Range(0, 120 * layout.NameHeight).Any(p => sheet.Image.At(left + p % 120, top + 90 + p / 120).R < 128), "the name");
        }
        using var late = TestImages.Noise(2, 2);
        Assert.ThrowsExactly<InvalidOperationException>(() => sheet.Add(late, "one too many"));
    }

    [TestMethod]
    public void Add_ImageWithMask_Overlay()
    {
        using var sheet = new ContactSheet(1);
        using var image = TestImages.Noise(1000, 1500);
        var classes = new byte[1000 * 1500];
        classes.AsSpan().Fill(2);
        sheet.Add(image, new(1000, 1500, classes, ["background", "a", "b"]), "noise", new() { Opacity = 1 });
        var (left, top) = new SheetLayout(1, 1, 240).Cell(0);
        Assert.AreEqual(((byte)0, (byte)128, (byte)0), sheet.Image.At(left + 120, top + 90));
    }

    [TestMethod]
    public void Add_CellsInAnyOrder_EachItsOwnAndTheRestForTheMissing()
    {
        using var sheet = new ContactSheet(3, new() { ThumbnailWidth = 120, Columns = 3 });
        using var image = TestImages.Noise(40, 30);
        var mask = new SegmentationMask(40, 30, Enumerable.Repeat((byte)1, 40 * 30).ToArray(), ["background", "a"]);
        sheet.Add(2, image, mask, "last", new() { Opacity = 1 });
        sheet.Add(0, image, mask, "first", new() { Opacity = 1 });
        Assert.ThrowsExactly<InvalidOperationException>(() => sheet.Add(2, image, mask, "again"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => sheet.Add(3, image, mask, "beyond"));
        sheet.AddMissing("between");
        var layout = new SheetLayout(3, 1, 120);
        var isDrawn = Enumerable.Range(0, 3).Select(i => sheet.Image.At(layout.Cell(i).Left + 60, layout.Cell(i).Top + 40) == ((byte)128, (byte)0, (byte)0));
        CollectionAssert.AreEqual(new[] { true, false, true }, isDrawn.ToArray());
        Assert.ThrowsExactly<InvalidOperationException>(() => sheet.AddMissing("one too many"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(1000)]
    [DataRow(15_000)]
    public void For_AnyCount_WithinMaxPixelsAndRoomForAll(int count)
    {
        var layout = SheetLayout.For(count, new());
        Assert.IsTrue((long)layout.Width * layout.Height <= 32_000_000);
        Assert.IsTrue(layout.Columns * layout.Rows >= count && layout.Columns * (layout.Rows - 1) < count);
        Assert.IsTrue(layout.Thumbnail is >= SheetLayout.Smallest and <= 240);
    }

    [TestMethod]
    public void Constructor_OutsideRanges_Throws()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ContactSheet(0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ContactSheet(int.MaxValue)).Message, "no room");
        Assert.ThrowsExactly<ArgumentException>(() => new ContactSheet(1, new() { ThumbnailWidth = 5 }));
        Assert.ThrowsExactly<ArgumentException>(() => new ContactSheet(1, new() { Columns = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => new ContactSheet(1, new() { MaxPixels = 5 }));
    }
}
