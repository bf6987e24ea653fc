using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class TensorPackerTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 1)]
    [DataRow(5, 3)]
    [DataRow(17, 1)]
    [DataRow(33, 7)]
    [DataRow(64, 2)]
    public void Pack_AllLayoutsAndPresets_EqualTheNaiveLoop(int width, int height)
    {
        using var image = TestImages.Noise(width, height);
        foreach (var layout in Enum.GetValues<PixelLayout>())
        {
            foreach (var preset in PixelNormalization.Presets)
            {
                var packed = new float[3 * width * height];
                TensorPacker.Pack(image, packed, layout, preset);
                Naive(image, layout, preset.Bgr, (at, x, c) => Assert.AreEqual((x - preset.Mean[c]) * preset.Scale[c], packed[at], $"{layout} {preset.Name} {at}"));
            }
            foreach (var bgr in new[] { false, true })
            {
                var packed = new byte[3 * width * height];
                TensorPacker.Pack(image, packed, layout, bgr);
                Naive(image, layout, bgr, (at, x, _) => Assert.AreEqual(x, packed[at], $"{layout} {bgr} {at}"));
            }
        }
    }

    // Worked by hand from each preset's definition for the pixel (255, 51, 0).
    [TestMethod]
    [DataRow("unit", 1f, 0.2f, 0f)]
    [DataRow("raw", 255f, 51f, 0f)]
    [DataRow("raw-bgr", 0f, 51f, 255f)]
    [DataRow("tf", 1f, -0.6f, -1f)]
    [DataRow("imagenet", 2.248908f, -1.142857f, -1.804444f)]
    [DataRow("caffe", -103.939f, -65.779f, 131.32f)]
    public void Pack_Preset_GivesItsValues(string name, float first, float second, float third)
    {
        using var image = new RgbImage(1, 1);
        image.Words[0] = new RgbColor(255, 51, 0).ToPixel();
        var packed = new float[3];
        TensorPacker.Pack(image, packed, PixelLayout.Nchw, PixelNormalization.Parse(name));
        Assert.AreEqual(first, packed[0], 1e-5f);
        Assert.AreEqual(second, packed[1], 1e-5f);
        Assert.AreEqual(third, packed[2], 1e-5f);
    }

    [TestMethod]
    [DataRow(11)]
    [DataRow(13)]
    public void Pack_TargetOfAnotherLength_IsRefused(int length)
    {
        using var image = new RgbImage(2, 2);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TensorPacker.Pack(image, new float[length], PixelLayout.Nhwc, PixelNormalization.Raw)).Message, "12");
        Assert.ThrowsExactly<ArgumentException>(() => TensorPacker.Pack(image, new byte[length], PixelLayout.Nhwc));
        Assert.ThrowsExactly<ArgumentException>(() => TensorPacker.Pack(image, new byte[12], (PixelLayout)5));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(19, 5)]
    [DataRow(256, 3)]
    public void PackGrey_AllUniformPresets_EqualTheNaiveLoop(int width, int height)
    {
        using var image = TestImages.Noise(width, height);
        var bytes = new byte[width * height];
        TensorPacker.PackGrey(image, bytes);
        foreach (var name in new[] { "raw", "unit", "tf", "grey:33.3:78.6" })
        {
            var normalization = PixelNormalization.Parse(name);
            var packed = new float[width * height];
            TensorPacker.PackGrey(image, packed, normalization);
            for (var i = 0; i < packed.Length; i++)
            {
                // ITU-R BT.601 in exact numbers, as Pillow's documentation states it; its whole weights may round a tie elsewhere.
                var luma = 0.299 * image.Pixels[4 * i] + 0.587 * image.Pixels[4 * i + 1] + 0.114 * image.Pixels[4 * i + 2];
                Assert.AreEqual(luma, bytes[i], 0.505);
                Assert.AreEqual((bytes[i] - normalization.Mean[0]) * normalization.Scale[0], packed[i], $"{name} {i}");
            }
        }
    }

    // Worked by hand from the weights of ITU-R 601: 76.2, 149.7 and 29.1 for the pure colours.
    [TestMethod]
    [DataRow(255, 255, 255, 255)]
    [DataRow(255, 0, 0, 76)]
    [DataRow(0, 255, 0, 150)]
    [DataRow(0, 0, 255, 29)]
    [DataRow(1, 1, 1, 1)]
    [DataRow(0, 0, 0, 0)]
    public void PackGrey_Color_IsItsLuma(int red, int green, int blue, int expected)
    {
        using var image = TestImages.Solid(1, 1, new RgbColor((byte)red, (byte)green, (byte)blue));
        var packed = new byte[1];
        TensorPacker.PackGrey(image, packed);
        Assert.AreEqual(expected, packed[0]);
    }

    [TestMethod]
    public void PackGrey_WhatDoesNotFit_IsRefused()
    {
        using var image = new RgbImage(2, 2);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TensorPacker.PackGrey(image, new byte[12])).Message, "takes 4 of grey");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TensorPacker.PackGrey(image, new float[4], PixelNormalization.ImageNet)).Message, "'imagenet' differs");
    }

    private static void Naive(RgbImage image, PixelLayout layout, bool bgr, Action<int, byte, int> check)
    {
        var area = image.Width * image.Height;
        for (var i = 0; i < area; i++)
        {
            for (var c = 0; c < 3; c++)
                check(layout == PixelLayout.Nchw ? c * area + i : 3 * i + c, image.Pixels[4 * i + (bgr ? 2 - c : c)], c);
        }
    }
}
