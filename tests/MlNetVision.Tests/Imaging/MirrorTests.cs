using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class MirrorTests
{
    [TestMethod]
    [DataRow(5, 4)]
    [DataRow(2, 9)]
    [DataRow(1, 7)]
    [DataRow(3, 3)]
    public void Resize_MirroredBorder_WalksToAndFro(int length, int padding)
    {
        using var row = new RgbImage(length, 1);
        for (var x = 0; x < length; x++) (row.Pixels[4 * x], row.Pixels[4 * x + 3]) = ((byte)(10 * x), 255);
        using var wide = new RgbImage(length + 2 * padding, 1);
        new ImageRegion(wide, padding, 0, length, 1).CopyFrom(row, 0, 0);

        new ImageRegion(wide, padding, 0, length, 1).MirrorOutside();

        // A walker who turns round at both ends.
        var (at, step) = (0, 1);
        for (var x = padding; x < wide.Width; x++)
        {
            Assert.AreEqual(10 * at, wide.Pixels[4 * x], $"pixel {x - padding}");
            Assert.AreEqual(10 * at, wide.Pixels[4 * (2 * padding - x < 0 ? x : 2 * padding - x)], $"pixel {padding - x}");
            if (length == 1) continue;
            if (at + step < 0 || at + step >= length) step = -step;
            at += step;
        }
    }

    [TestMethod]
    public void Resize_LetterboxMirrored_HasNoOtherColours()
    {
        using var photo = new RgbImage(40, 10);
        for (var i = 0; i < photo.Pixels.Length; i += 4)
            (photo.Pixels[i], photo.Pixels[i + 1], photo.Pixels[i + 3]) = ((byte)(i / 4 % 40), (byte)(i / 160), 255);

        using var square = ImageResizer.Resize(photo, new ResizeOptions { Width = 40, Height = 40, Border = BorderMode.Reflect }, out var geometry);

        Assert.AreEqual(15, geometry.OffsetY);
        for (var y = 0; y < 40; y++)
        {
            var from = y - 15;
            while (from is < 0 or > 9) from = from < 0 ? -from : 18 - from;
            for (var x = 0; x < 40; x++)
                Assert.AreEqual((x, from), (square.Pixels[(y * 40 + x) * 4], square.Pixels[(y * 40 + x) * 4 + 1]), $"({x}, {y})");
        }
    }
}
