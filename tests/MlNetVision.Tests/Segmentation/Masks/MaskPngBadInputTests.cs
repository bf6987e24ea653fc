using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class MaskPngBadInputTests
{
    private static readonly NaivePng Good = new(4, 3, 8, 3, new byte[9], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);

    public static IEnumerable<object[]> BadFiles =>
    [
        ["empty", Array.Empty<byte>(), "empty"],
        ["text", "not an image, but a text"u8.ToArray(), "does not start as PNG does"],
        ["interlaced", Good.Write(_ => 0, interlaced: 1), "interlaced"],
        ["index beyond the palette", (Good with { Palette = new byte[6] }).Write(_ => 0), "beyond the palette of 2 colours"],
        ["no palette", (Good with { Palette = [] }).Write(_ => 0), "palette of 0 colours"],
        ["grey 16 above 255", new NaivePng(1, 1, 16, 0, [], [1, 2]).Write(_ => 0), "258"],
        ["colour", new NaivePng(1, 1, 8, 2, [], [1, 2, 3]).Write(_ => 0), "in colour: the pixel (0, 0) is (1, 2, 3)"],
        ["transparent", new NaivePng(2, 1, 8, 4, [], [1, 255, 1, 254]).Write(_ => 0), "the pixel (1, 0) is transparent"],
        ["transparent colours", new NaivePng(1, 1, 16, 6, [], [0, 1, 0, 1, 0, 1, 255, 254]).Write(_ => 0), "transparent"],
        ["colours of 16 bits above 255", new NaivePng(1, 1, 16, 2, [], [1, 2, 1, 2, 1, 2]).Write(_ => 0), "258"],
        ["3 bits", (Good with { Depth = 3 }).Write(_ => 0), "3 bits"],
        ["type 5", (Good with { Type = 5 }).Write(_ => 0), "colour type 5"],
        ["filter 7", Good.Write(_ => 7), "filter type 7"],
        ["rows missing", Good.Write(_ => 0, rows: 2), "row 3 of 3"],
        ["no pixels", (Good with { Width = 0 }).Write(_ => 0), "0×3"],
        ["a bomb", (Good with { Width = 60_000, Height = 60_000, Samples = new byte[60_000] }).Write(_ => 0, rows: 0), "MaxPixels"],
    ];

    /// <summary>The compressed data asks for a dictionary that the reader should have beforehand (RFC 1950, FDICT).</summary>
    [TestMethod]
    public void Decode_CompressedDataWithAPresetDictionary_SaysThatItIsDamaged()
    {
        var png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAF0lEQVR4PwFjYGRkZGBgYGBlZWViYgIAAIkAGfvGUaUAAAAASUVORK5CYII=");
        var error = Assert.ThrowsExactly<BadImageException>(() => MaskPng.Decode(png, "mask.png"));
        StringAssert.StartsWith(error.Message, "mask.png: the compressed data is damaged");
    }

    [TestMethod]
    [DynamicData(nameof(BadFiles))]
    public void Load_BadFile_MessageNamesFileAndFault(string name, byte[] bytes, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write($"{name}.png", bytes);
        var error = Assert.ThrowsExactly<BadImageException>(() => MaskPng.Load(path));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void Load_NoFileOrFolder_Throws()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<BadImageException>(() => MaskPng.Load(folder.Path("absent.png")));
        Assert.ThrowsExactly<BadImageException>(() => MaskPng.Load(folder.Path("")));
    }

    [TestMethod]
    public void Decode_CutAnywhere_Throws()
    {
        var bytes = Good.Write(_ => 0);
        for (var length = 0; length < bytes.Length; length++)
            Assert.ThrowsExactly<BadImageException>(() => MaskPng.Decode(bytes.AsSpan(0, length), "cut"), $"{length} bytes");
    }

    [TestMethod]
    public void Decode_AnyByteChanged_Throws()
    {
        var bytes = Good.Write(_ => 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x55;
            Assert.ThrowsExactly<BadImageException>(() => MaskPng.Decode(damaged, "damaged"), $"byte {i}: every byte is under a check");
        }
    }

    [TestMethod]
    public void Decode_BeyondTheLimits_Throws() =>
        Assert.ThrowsExactly<BadImageException>(() => MaskPng.Decode(Good.Write(_ => 0), "limited", limits: new ImageLimits { MaxPixels = 11 }));
}
