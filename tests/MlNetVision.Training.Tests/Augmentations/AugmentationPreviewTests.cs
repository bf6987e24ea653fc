using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;
using MlNetVision.Tests.Data;

namespace MlNetVision.Training.Tests.Augmentations;

[TestClass]
public sealed class AugmentationPreviewTests
{
    [TestMethod]
    public void Draw_Images_HaveARowEach()
    {
        using var folder = new ImageFolder();
        using var red = new RgbImage(40, 30);
        for (var i = 0; i < red.Pixels.Length; i++) red.Pixels[i] = (byte)(i % 4 is 0 or 3 ? 255 : 0);
        red.Save(folder.Path("red.png"));
        var bad = folder.Write("bad.png", "no image");
        var resize = new ResizeOptions { Width = 160, Height = 120, Mode = ResizeMode.Stretch };
        using var sheet = AugmentationPreview.Draw([folder.Path("red.png"), bad], AugmentationOptions.None with { HorizontalFlip = 1, Rotation = 45 }, resize, variations: 3);
        Assert.IsTrue(sheet.Width > 4 * 200 && sheet.Height > 2 * 150);
        for (var column = 0; column < 4; column++) Assert.AreEqual((255, 0, 0), sheet.At(sheet.Width * (2 * column + 1) / 8, sheet.Height / 4 - 10));
        Assert.ThrowsExactly<ArgumentException>(() => AugmentationPreview.Draw([], new(), resize));
    }
}
