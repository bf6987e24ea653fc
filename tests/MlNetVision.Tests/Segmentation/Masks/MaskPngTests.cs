using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class MaskPngTests
{
    private static readonly string[] Labels = [.. Enumerable.Range(0, 256).Select(i => $"c{i}")];

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 2)]
    [DataRow(257, 130)]
    [DataRow(1, 999)]
    public void Encode_AllIndices_IndicesAndPaletteAsIndependentReadersSeeThem(int width, int height)
    {
        var mask = Noise(width, height);
        var bytes = MaskPng.Encode(mask);
        var naive = NaivePng.Read(bytes);
        Assert.AreEqual((width, height, 8, 3), (naive.Width, naive.Height, naive.Depth, naive.Type));
        CollectionAssert.AreEqual(mask.Classes.ToArray(), naive.Samples);
        CollectionAssert.AreEqual(ColorPalette.Voc.Colors.SelectMany(c => new[] { c.Red, c.Green, c.Blue }).ToArray(), naive.Palette);
        using var skia = RgbImage.Load(bytes, "skia");
        for (var i = 0; i < width * height; i++)
        {
            var color = ColorPalette.Voc[mask.Classes[i]];
            Assert.AreEqual((color.Red, color.Green, color.Blue), skia.At(i % width, i / width));
        }
    }

    [TestMethod]
    public void Encode_ManyChunks_ReadBackTheSame()
    {
        var mask = Noise(1500, 700);
        CollectionAssert.AreEqual(mask.Classes.ToArray(), NaivePng.Read(MaskPng.Encode(mask)).Samples);
        CollectionAssert.AreEqual(mask.Classes.ToArray(), MaskPng.Decode(MaskPng.Encode(mask), "mask").Classes.ToArray());
    }

    [TestMethod]
    public void Save_ThenLoad_SameMask()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Path("new/mask.png");
        var mask = new SegmentationMask(2, 2, [0, 1, 10, 3], ColorPalette.CamVid.Labels);
        MaskPng.Save(mask, path);
        var loaded = MaskPng.Load(path, ColorPalette.CamVid.Labels);
        CollectionAssert.AreEqual(mask.Classes.ToArray(), loaded.Classes.ToArray());
        Assert.AreEqual("bicyclist", loaded.LabelOf(loaded[0, 1]));
        Assert.HasCount(33, NaivePng.Read(File.ReadAllBytes(path)).Palette, "CamVid's palette, by the labels");
        Assert.ThrowsExactly<ArgumentException>(() => MaskPng.Save(mask, folder.Path("mask.jpg")));
    }

    [TestMethod]
    public void Encode_PaletteShorterThanClasses_Throws()
    {
        var two = new ColorPalette("two", [new(0, 0, 0), new(1, 1, 1)]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => MaskPng.Encode(new(1, 1, [0], ["a", "b", "c"]), two));
        StringAssert.Contains(error.Message, "'two' has 2 colours");
        StringAssert.Contains(error.Message, "'c'");
        Assert.ThrowsExactly<ArgumentException>(() => MaskPng.Encode(new(1, 1, [2], ["a", "b"]), two));
        MaskPng.Encode(new(1, 1, [1], ["a", "b"]), two);
    }

    [TestMethod]
    [DataRow(3, 1)]
    [DataRow(3, 2)]
    [DataRow(3, 4)]
    [DataRow(3, 8)]
    [DataRow(0, 1)]
    [DataRow(0, 4)]
    [DataRow(0, 8)]
    [DataRow(0, 16)]
    public void Decode_AnyDepthAndFilter_Samples(int type, int depth)
    {
        const int Height = 40;
        foreach (var width in new[] { 1, 7, 8, 65 })
        {
            var values = new byte[width * Height];
            new Random(width).NextBytes(values);
            for (var i = 0; i < values.Length; i++) values[i] &= (byte)((1 << Math.Min(8, depth)) - 1);
            var png = new NaivePng(width, Height, depth, type, type == 3 ? new byte[3 << depth] : [], Pack(values, width, depth));
            var mask = MaskPng.Decode(png.Write(y => y % 5), "packed");
            CollectionAssert.AreEqual(values, mask.Classes.ToArray(), $"width {width}");
        }
    }

    /// <summary>Grey as equal colours and with an opaque alpha, as image editors and Python's libraries save masks.</summary>
    [TestMethod]
    [DataRow(4, 8, 2)]
    [DataRow(4, 16, 2)]
    [DataRow(2, 8, 3)]
    [DataRow(2, 16, 3)]
    [DataRow(6, 8, 4)]
    [DataRow(6, 16, 4)]
    public void Decode_GreyInSeveralSamples_IsTheIndex(int type, int depth, int samples)
    {
        const int Width = 13, Height = 40;
        var values = new byte[Width * Height];
        new Random(type).NextBytes(values);
        var pixels = values.SelectMany(v => Enumerable.Range(0, samples)
            .SelectMany(s => s == samples - 1 && samples is 2 or 4 && s == samples - 1 ? Opaque(depth) : depth == 16 ? new byte[] { 0, v } : [v]));
        var png = new NaivePng(Width, Height, depth, type, [], [.. pixels]);

        CollectionAssert.AreEqual(values, MaskPng.Decode(png.Write(y => y % 5), "grey").Classes.ToArray());

        static byte[] Opaque(int depth) => depth == 16 ? [255, 255] : [255];
    }

    [TestMethod]
    public void Load_CamVid_IndicesZeroToEleven()
    {
        var mask = MaskPng.Load(Shared.Path("data", "camvid", "testannot", "0001TP_008550.png"));
        Assert.AreEqual((480, 360), (mask.Width, mask.Height));
        // Counted with Pillow.
        long[] pixels = [.. mask.Shares().OrderBy(s => s.Index).Take(4).Select(s => s.Pixels)];
        CollectionAssert.AreEqual(new long[] { 36078, 52889, 1001, 35990 }, pixels);
    }

    private static byte[] Pack(byte[] values, int width, int depth) => depth switch
    {
        16 => [.. values.SelectMany(v => new byte[] { 0, v })],
        8 => values,
        _ => [.. values.Chunk(width).SelectMany(row => row.Chunk(8 / depth).Select(part => (byte)part.Select((v, i) => v << 8 - depth * (i + 1)).Sum()))],
    };

    private static SegmentationMask Noise(int width, int height)
    {
        var classes = new byte[width * height];
        new Random(width).NextBytes(classes);
        return new(width, height, classes, Labels);
    }
}
