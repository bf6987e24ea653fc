using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageProfileTests
{
    // Display P3 to linear sRGB, rows of the matrix by the primaries of both (SMPTE EG 432-1, IEC 61966-2-1); both have sRGB's transfer curve.
    private static readonly double[][] P3ToSrgb = [[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]];

    [TestMethod]
    [DataRow(200, 100, 50)]
    [DataRow(90, 160, 120)]
    [DataRow(128, 128, 128)]
    public void LoadSrgb_WideGamutPng_ConvertsByItsProfile(int red, int green, int blue)
    {
        using var file = new TemporaryFile(".png");
        File.WriteAllBytes(file.Path, DisplayP3(red, green, blue));

        using var asStored = RgbImage.Load(file.Path);
        using var converted = RgbImage.LoadSrgb(file.Path);
        using var bytes = File.OpenRead(file.Path);
        using var streamed = RgbImage.LoadSrgb(bytes, "stream");

        Assert.IsTrue(converted.Pixels.SequenceEqual(streamed.Pixels));
        Assert.AreEqual(((byte)red, (byte)green, (byte)blue), asStored.At(1, 1));
        var linear = new[] { red, green, blue }.Select(v => Linear(v / 255.0)).ToArray();
        var found = converted.At(1, 1);
        for (var c = 0; c < 3; c++)
        {
            var expected = 255 * Encoded(P3ToSrgb[c].Zip(linear, (m, v) => m * v).Sum());
            Assert.AreEqual(expected, new[] { found.R, found.G, found.B }[c], 2, $"channel {c}");
        }
    }

    [TestMethod]
    public void LoadSrgb_NoProfile_IsAsLoad()
    {
        using var file = new TemporaryFile(".png");
        using (var noise = TestImages.Noise(20, 10)) noise.Save(file.Path);

        using var stored = RgbImage.Load(file.Path);
        using var converted = RgbImage.LoadSrgb(file.Path);

        Assert.IsTrue(stored.Pixels.SequenceEqual(converted.Pixels));
    }

    private static byte[] DisplayP3(int red, int green, int blue)
    {
        using var space = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using var bitmap = new SKBitmap(new SKImageInfo(4, 4, SKColorType.Rgba8888, SKAlphaType.Opaque, space));
        var bytes = new byte[4 * 4 * 4];
        for (var i = 0; i < bytes.Length; i += 4) (bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]) = ((byte)red, (byte)green, (byte)blue, 255);
        System.Runtime.InteropServices.Marshal.Copy(bytes, 0, bitmap.GetPixels(), bytes.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static double Linear(double v) => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    private static double Encoded(double v) => Math.Clamp(v <= 0.0031308 ? 12.92 * v : 1.055 * Math.Pow(v, 1 / 2.4) - 0.055, 0, 1);
}
