using System.Security.Cryptography;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;
using SkiaSharp;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class CompositorTests
{
    private static readonly string[] Labels = ["background", "dog", "cat"];
    private static readonly CompositeOptions Hard = new() { Feather = 0 };

    [TestMethod]
    public void Compose_HardEdges_KeptPixelsAndColor()
    {
        using var source = TestImages.Noise(60, 40);
        var mask = Halves(60, 40);
        using var result = Compositor.Compose(source, mask, CompositeBackground.Color(new(1, 2, 3)), Hard);
        for (var i = 0; i < 60 * 40; i++)
            Assert.AreEqual(i % 60 < 30 ? ((byte)1, (byte)2, (byte)3) : source.At(i % 60, i / 60), result.At(i % 60, i / 60));
    }

    [TestMethod]
    public void Compose_Image_CoversWithItsCentre()
    {
        using var source = TestImages.Noise(60, 40);
        using var beach = TestImages.Gradient(600, 200);
        using var result = Compositor.Compose(source, Halves(60, 40), CompositeBackground.Image(beach), Hard);
        // 600×200 is shrunk to 120×40; columns 30 to 90 are seen.
        Assert.AreEqual(255 * 30 / 120, result.At(0, 20).R, 3);
        Assert.AreEqual(255 * 50 / 120, result.At(20, 20).R, 3);
        Assert.AreEqual(255, result.At(5, 39).G, 4);
        Assert.AreEqual(source.At(45, 20), result.At(45, 20));
    }

    [TestMethod]
    [DataRow(1f)]
    [DataRow(20f)]
    public void Compose_Blur_KeptColorsDoNotRunOut(float radius)
    {
        using var source = new RgbImage(200, 100);
        for (var i = 0; i < source.Words.Length; i++) source.Words[i] = (i % 200 < 100 ? new RgbColor(200, 180, 160) : new RgbColor(255, 0, 0)).ToPixel();
        using var result = Compositor.Compose(source, Halves(200, 100), CompositeBackground.Blur(radius), Hard);
        for (var x = 0; x < 100; x++)
        {
            var (red, green, blue) = result.At(x, 50);
            Assert.IsTrue(Math.Abs(red - 200) <= 3 && Math.Abs(green - 180) <= 3 && Math.Abs(blue - 160) <= 3, $"{red}, {green}, {blue} at {x}");
        }
        Assert.AreEqual(((byte)255, (byte)0, (byte)0), result.At(100, 50));
    }

    [TestMethod]
    public void Compose_BlurOfNoise_SmoothAndAsBrightAsBefore()
    {
        using var source = TestImages.Noise(300, 300);
        var none = new SegmentationMask(300, 300, new byte[300 * 300], Labels);
        using var result = Compositor.Compose(source, none, CompositeBackground.Blur(8));
        for (var i = 300 * 50; i < 300 * 250; i++) Assert.AreEqual(127, result.At(i % 300, i / 300).G, 30);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Matte_SoftEdges_RampAcrossTheOutlineOnly(bool scores)
    {
        // The network wavers by the outline, and, between dog and cat, in the middle of what is kept.
        var confidence = Enumerable.Range(0, 200 * 50).Select(i => Math.Min(1, 0.5f + Math.Abs(i % 200 - 99.5f) / 20) * (i % 200 > 150 ? 0.6f : 1)).ToArray();
        using var source = TestImages.Noise(200, 50);
        var mask = Halves(200, 50, scores ? confidence : null);
        var matte = Compositor.Matte(source, mask, new() { Feather = 8, CleanEdges = false });
        var row = matte.AsSpan(25 * 200, 200).ToArray();
        Assert.IsTrue(row[..90].All(a => a == 0) && row[110..].All(a => a == 255), "all or nothing away from the outline");
        Assert.IsTrue(row.Zip(row.Skip(1)).All(p => p.First <= p.Second), "it grows: " + string.Join(' ', row[88..112]));
        Assert.IsGreaterThan(5, row.Count(a => a is > 0 and < 255));
        Assert.AreEqual(127.5, (row[99] + row[100]) / 2.0, 8);
    }

    [TestMethod]
    public void Matte_SureScores_SharperThanUnsureOnes()
    {
        using var source = TestImages.Noise(100, 30);
        int Soft(float confidence) => Compositor.Matte(source, Halves(100, 30, [.. Enumerable.Repeat(confidence, 3000)]), new() { Feather = 10, CleanEdges = false }).Count(a => a is > 20 and < 235);
        Assert.IsTrue(Soft(0.99f) < Soft(0.5f), $"{Soft(0.99f)}, {Soft(0.5f)}");
        // Not a number counts as not sure.
        Assert.AreEqual(Soft(0.5f), Soft(float.NaN));
    }

    [TestMethod]
    public void CutOut_SoftEdges_AlphaOfTheMatteAndColorsNotMultiplied()
    {
        using var source = TestImages.Noise(70, 30);
        var mask = Halves(70, 30);
        var options = new CompositeOptions { Keep = ["DOG"], Feather = 6, CleanEdges = false };
        var matte = Compositor.Matte(source, mask, options);
        using var file = new TemporaryFile(".png");
        Compositor.SaveCutOut(source, mask, file.Path, options);
        CollectionAssert.AreEqual(Compositor.CutOut(source, mask, options), File.ReadAllBytes(file.Path));
        using var codec = SKCodec.Create(file.Path);
        using var bitmap = new SKBitmap(new SKImageInfo(70, 30, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Assert.AreEqual(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels()));
        for (var i = 0; i < matte.Length; i++)
        {
            var (pixel, from) = (bitmap.GetPixel(i % 70, i / 70), source.At(i % 70, i / 70));
            Assert.AreEqual(matte[i], pixel.Alpha);
            Assert.AreEqual(matte[i] == 0 ? ((byte)0, (byte)0, (byte)0) : from, (pixel.Red, pixel.Green, pixel.Blue));
        }
    }

    [TestMethod]
    public void Compose_MaskThatTakesInOldBackground_NoRimOverTheNewOne()
    {
        // A dark dog before snow, and a mask whose outline lies three pixels out in the snow.
        using var source = new RgbImage(200, 60);
        for (var i = 0; i < source.Words.Length; i++) source.Words[i] = (i % 200 < 103 ? new RgbColor(250, 250, 250) : new RgbColor(60, 40, 30)).ToPixel();
        var options = new CompositeOptions { Feather = 8 };
        using var rimmed = Compositor.Compose(source, Halves(200, 60), CompositeBackground.Color(default), options with { CleanEdges = false });
        using var clean = Compositor.Compose(source, Halves(200, 60), CompositeBackground.Color(default), options);
        int Brightest(RgbImage image) => Enumerable.Range(0, 200).Max(x => image.At(x, 30).R);
        Assert.IsGreaterThan(150, Brightest(rimmed));
        Assert.IsLessThan(70, Brightest(clean));
        Assert.IsTrue(Enumerable.Range(110, 90).All(x => clean.At(x, 30) == source.At(x, 30)), "what is kept in full is not touched");
        Assert.IsTrue(Enumerable.Range(0, 90).All(x => clean.At(x, 30).R == 0));
    }

    [TestMethod]
    public void Matte_DogAsItsBackground_StaysAsTheMaskHasIt()
    {
        using var source = new RgbImage(200, 60);
        for (var i = 0; i < source.Words.Length; i++) source.Words[i] = new RgbColor((byte)(100 + i % 5), 100, 100).ToPixel();
        var options = new CompositeOptions { Feather = 8 };
        CollectionAssert.AreEqual(Compositor.Matte(source, Halves(200, 60), options with { CleanEdges = false }), Compositor.Matte(source, Halves(200, 60), options));
    }

    [TestMethod]
    public void CutOut_ThinLine_KeepsItsColor()
    {
        // Two pixels wide, so that nothing of it is kept in full.
        using var source = new RgbImage(80, 40);
        for (var i = 0; i < source.Words.Length; i++) source.Words[i] = (i % 80 is 39 or 40 ? new RgbColor(200, 20, 20) : new RgbColor(255, 255, 255)).ToPixel();
        var mask = new SegmentationMask(80, 40, [.. Enumerable.Range(0, 80 * 40).Select(i => (byte)(i % 80 is 39 or 40 ? 1 : 0))], Labels);
        using var clean = Compositor.Compose(source, mask, CompositeBackground.Color(default), new() { Feather = 4 });
        var (red, green, _) = clean.At(39, 20);
        Assert.IsTrue(red > 4 * green && red > 50, $"{red}, {green}");
    }

    [TestMethod]
    public void Compose_Keep_ChosenClassesOnly()
    {
        using var source = TestImages.Noise(3, 1);
        var mask = new SegmentationMask(3, 1, [0, 1, 2], Labels);
        CollectionAssert.AreEqual(new byte[] { 0, 255, 255 }, Compositor.Matte(source, mask, Hard));
        CollectionAssert.AreEqual(new byte[] { 0, 0, 255 }, Compositor.Matte(source, mask, Hard with { Keep = ["Cat"] }));
        CollectionAssert.AreEqual(new byte[] { 255, 255, 0 }, Compositor.Matte(source, mask, Hard with { Keep = ["dog", "background"] }));
    }

    [TestMethod]
    public void Compose_BadArguments_Throw()
    {
        using var source = TestImages.Noise(6, 4);
        var (mask, color) = (Halves(6, 4), CompositeBackground.Color(default));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Compositor.Compose(source, mask, color, new() { Keep = ["dogg"] })).Message, "Did you mean 'dog'");
        Assert.ThrowsExactly<ArgumentException>(() => Compositor.Compose(source, mask, color, new() { Keep = [] }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Compositor.Compose(source, new(6, 4, new byte[24], ["sky", "road"]), color)).Message, "name the classes to keep");
        Assert.ThrowsExactly<ArgumentException>(() => Compositor.Compose(source, mask, color, new() { Feather = -1 }));
        Assert.ThrowsExactly<ArgumentException>(() => Compositor.Compose(source, Halves(4, 6), color));
        Assert.ThrowsExactly<ArgumentException>(() => Compositor.SaveCutOut(source, mask, "cut.jpg"));
        Assert.ThrowsExactly<ArgumentException>(() => CompositeBackground.Blur(float.NaN));
    }

    [TestMethod]
    public void Compose_Always_LeavesTheCallersImagesAlone()
    {
        using var source = TestImages.Noise(100, 80);
        using var beach = TestImages.Noise(100, 80, seed: 2);
        var before = (Convert.ToHexString(SHA256.HashData(source.Pixels)), Convert.ToHexString(SHA256.HashData(beach.Pixels)));
        foreach (var background in new[] { CompositeBackground.Image(beach), CompositeBackground.Blur(), CompositeBackground.Color(default) })
            using (Compositor.Compose(source, Halves(100, 80), background)) { }
        Assert.AreEqual(before, (Convert.ToHexString(SHA256.HashData(source.Pixels)), Convert.ToHexString(SHA256.HashData(beach.Pixels))));
    }

    /// <summary>Background on the left, dog on the right.</summary>
    private static SegmentationMask Halves(int width, int height, float[]? confidence = null) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)(i % width < width / 2 ? 0 : 1))], Labels, confidence);
}
