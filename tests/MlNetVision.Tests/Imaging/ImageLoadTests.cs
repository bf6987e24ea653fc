using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageLoadTests
{
    // Files and RGB values by Pillow 9.4 (16 bits: OpenCV 4.6, high bytes); transparency by its alpha_composite over white.
    /// <summary>A canvas of 2×2 pixels, and one red pixel as its only frame; the file knows no transparency.</summary>
    [TestMethod]
    public void Load_GifFrameSmallerThanItsCanvas_RestIsWhiteAndOpaque()
    {
        byte[] gif = [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
        using var image = RgbImage.Load(gif, "small.gif");
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 }, image.Pixels.ToArray());
    }

    [TestMethod]
    [DataRow("PNG RGB", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAGElEQVR4nGP4z8DAAMFcInInUoz+//8PADwZB5XvwsbYAAAAAElFTkSuQmCC", "FF000000FF000000FF0A141EC86432FFFFFF")]
    [DataRow("PNG RGBA", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAI0lEQVR4nGP4z8Dwn+E/QwMDw38GBi4ROYcTKUYn/v//zwgAdpAKHZRg7xYAAAAASUVORK5CYII=", "FF00007FFF7FFFFFFFC2C4C7D4855EFFFFFF")]
    [DataRow("PNG grey", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGPwmSbLdOzZIwALOQOQ/bwxagAAAABJRU5ErkJggg==", "4C4C4C9696961D1D1D1212127C7C7CFFFFFF")]
    [DataRow("PNG grey alpha", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAQAAAA3fa6RAAAAFklEQVR4nGPw+T+tQZaB6ZjjM49HjAAogQWZG1IZRgAAAABJRU5ErkJggg==", "4C4C4CCACACAFFFFFFC4C4C4989898FFFFFF")]
    [DataRow("PNG 1 bit", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNwYFAAAADkAGEW5G6OAAAAAElFTkSuQmCC", "000000FFFFFF000000000000000000FFFFFF")]
    [DataRow("PNG palette", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAMAAABvWnspAAAAMFBMVEX///8A/wDIZDIKFB7/AAAAAP8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB2FUNXAAAADklEQVR4nGNwDGAwYgAAAu8AxDIiTqsAAAAASUVORK5CYII=", "FF000000FF000000FF0A141EC86432FFFFFF")]
    [DataRow("PNG palette, transparent", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAMAAABvWnspAAAAMFBMVEX///8A/wDIZDIKFB7/AAAAAP8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB2FUNXAAAAA3RSTlP//wDXyg1BAAAADklEQVR4nGNwDGAwYgAAAu8AxDIiTqsAAAAASUVORK5CYII=", "FF000000FF000000FF0A141EFFFFFFFFFFFF")]
    [DataRow("PNG 16 bit", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAIAAABChi0OAAAAL0lEQVQIHWMU+t/A+K/+HWP9P6ZGBgZGxv//Gbm4RETk5PbtCwgQETE3nz377FkADrYN+9/aTi4AAAAASUVORK5CYII=", "1280FE00FF000000FF0A141EC86432FFFFFF")]
    [DataRow("PNG 16 bit grey", "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAAAAADoj+WFAAAAFklEQVQIHWNsYKz/x8jIKCISEDB7NgAa/gQBTNSNgQAAAABJRU5ErkJggg==", "808080FFFFFF000000141414646464FFFFFF")]
    [DataRow("BMP", "Qk1OAAAAAAAAADYAAAAoAAAAAwAAAAIAAAABABgAAAAAABgAAADEDgAAxA4AAAAAAAAAAAAAHhQKMmTI////AAAAAAD/AP8A/wAAAAAA", "FF000000FF000000FF0A141EC86432FFFFFF")]
    [DataRow("GIF, first of two frames", "R0lGODdhAwACAIIAAP///wD/AMhkMgoUHv8AAAAA/wAAAAAAACwAAAAAAwACAAAICQAJBCgwQACAgAAsAAAAAAMAAgCC////AP8AyGQyChQe/wAAAAD/AAAAAAAACAkAAQgYUCAAgYAAOw==", "FF000000FF000000FF0A141EC86432FFFFFF")]
    [DataRow("WebP", "UklGRkIAAABXRUJQVlA4TDYAAAAvAkAAAC9AkG2zQdzr/jLTIJO2yV//dmZtZNI2rYf986+y8x9o5JGs+wYEApSx4oFtIvof4wU=", "FF000000FF000000FF0A141EC86432FFFFFF")]
    [DataRow("WebP alpha", "UklGRkoAAABXRUJQVlA4TD4AAAAvAkAAEC9AkG2zQdzr/jLTIJO2ad/61zNrI5O2aT30nn+XI5O2aaXvm6wpGwGno/gka/sqBAJkiCUtIvofsQ==", "FF00007FFF7FFFFFFFC2C4C7D4855EFFFFFF")]
    public void Load_Format_GivesPillowsPixels(string format, string base64, string rgb)
    {
        using var image = RgbImage.Load(Convert.FromBase64String(base64), format);

        Assert.AreEqual((3, 2), (image.Width, image.Height));
        Assert.AreEqual(rgb, Rgb(image));
        Assert.IsTrue(image.Pixels.ToArray().Where((_, i) => i % 4 == 3).All(alpha => alpha == 255), "alpha is 255 everywhere");
    }

    // 16×8 pixels in two squares, written by Pillow 9.4: CMYK (200, 30, 60, 40) and (0, 100, 250, 10) with Adobe's inverted
    // values, grey 200 and 0. Expected: what Pillow's convert("RGB") gives.
    [TestMethod]
    [DataRow("CMYK", "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkKB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8ANswhDCuLIBzpB28P/9k=", 46, 190, 164, 245, 149, 5)]
    [DataRow("grey", "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACQr/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AEgRvv/Z", 200, 200, 200, 0, 0, 0)]
    public void Load_JpegOfOtherColours_GivesPillowsPixels(string kind, string base64, int r1, int g1, int b1, int r2, int g2, int b2)
    {
        using var image = RgbImage.Load(Convert.FromBase64String(base64), kind);
        Assert.AreEqual(((byte)r1, (byte)g1, (byte)b1), image.At(4, 4));
        Assert.AreEqual(((byte)r2, (byte)g2, (byte)b2), image.At(12, 4));
    }

    // Means and pixels by OpenCV 4.6's imread, which has the same libjpeg-turbo; on this file no byte differed.
    [TestMethod]
    public void Load_Photograph_AgreesWithOpenCv()
    {
        using var image = RgbImage.Load(Shared.Path("data", "images", "dog.jpg"));
        Assert.AreEqual((768, 576), (image.Width, image.Height));

        var bytes = image.Pixels.ToArray();
        double[] means = [134.44703957, 135.66566298, 114.07968705];
        for (var c = 0; c < 3; c++) Assert.AreEqual(means[c], bytes.Where((_, i) => i % 4 == c).Average(value => value), 0.05);
        foreach (var (x, y, r, g, b) in new[] { (0, 0, 57, 58, 50), (767, 575, 50, 39, 35), (200, 300, 125, 120, 56), (610, 120, 184, 177, 195) })
        {
            var pixel = image.At(x, y);
            Assert.IsLessThanOrEqualTo(2, Math.Max(Math.Abs(pixel.R - r), Math.Max(Math.Abs(pixel.G - g), Math.Abs(pixel.B - b))));
        }
    }

    [TestMethod]
    public void Load_StreamThatCannotSeek_ReadsItAndLeavesItOpen()
    {
        using var original = TestImages.Noise(300, 200);
        var png = original.Encode(ImageFormat.Png);
        using var stream = new SlowStream(png);
        using var image = RgbImage.Load(stream, "standard input");

        CollectionAssert.AreEqual(original.Pixels.ToArray(), image.Pixels.ToArray());
        Assert.IsTrue(stream.CanRead);
    }

    [TestMethod]
    public void Load_OnePixel_Works()
    {
        using var one = TestImages.Noise(1, 1);
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            using var image = RgbImage.Load(one.Encode(format), "one");
            Assert.AreEqual((1, 1), (image.Width, image.Height));
        }
    }

    private static string Rgb(RgbImage image) => Convert.ToHexString([.. image.Pixels.ToArray().Where((_, i) => i % 4 < 3)]);

    /// <summary>Gives 1,000 bytes at most a time, and does not say how long it is.</summary>
    private sealed class SlowStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1000));
    }
}
