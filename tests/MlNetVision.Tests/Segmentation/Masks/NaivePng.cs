using System.IO.Compression;

namespace MlNetVision.Tests.Segmentation;

/// <summary>PNG files of class indices, read and written straight from the specification; written ones may use any filter, depth and damage.</summary>
internal sealed record NaivePng(int Width, int Height, int Depth, int Type, byte[] Palette, byte[] Samples)
{
    /// <summary>Reads a file of one byte a sample and no filters.</summary>
    public static NaivePng Read(byte[] file)
    {
        CollectionAssert.AreEqual(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }, file[..8]);
        byte[] header = [], palette = [], data = [];
        var at = 8;
        string type;
        do
        {
            var length = (int)Number(file, at, 4);
            type = string.Concat(file[(at + 4)..(at + 8)].Select(b => (char)b));
            var content = file[(at + 8)..(at + 8 + length)];
            Assert.AreEqual(Crc(file[(at + 4)..(at + 8 + length)]), Number(file, at + 8 + length, 4), $"CRC of {type}");
            if (type == "IHDR") header = content;
            if (type == "PLTE") palette = content;
            if (type == "IDAT") data = [.. data, .. content];
            at += 12 + length;
        }
        while (type != "IEND");
        Assert.AreEqual(file.Length, at);
        var (width, height) = ((int)Number(header, 0, 4), (int)Number(header, 4, 4));
        using var lines = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress)) zlib.CopyTo(lines);
        var bytes = lines.ToArray();
        Assert.HasCount(height * (width + 1), bytes);
        var samples = Enumerable.Range(0, height).SelectMany(y => bytes[(y * (width + 1) + 1)..((y + 1) * (width + 1))]).ToArray();
        Assert.IsTrue(Enumerable.Range(0, height).All(y => bytes[y * (width + 1)] == 0), "no filters");
        return new(width, height, header[8], header[9], palette, samples);
    }

    /// <summary>Writes lines that are packed already, with a filter for each.</summary>
    public byte[] Write(Func<int, int> filter, byte interlaced = 0, int? rows = null)
    {
        var (stride, apart) = (Samples.Length / Height, Math.Max(1, Depth * (Type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 }) / 8));
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < (rows ?? Height); y++)
            {
                zlib.WriteByte((byte)filter(y));
                for (var x = 0; x < stride; x++)
                {
                    int At(int dx, int dy) => x - dx < 0 || y - dy < 0 ? 0 : Samples[(y - dy) * stride + x - dx];
                    int a = At(apart, 0), b = At(0, 1), c = At(apart, 1);
                    int[] predictors = [0, a, b, (a + b) / 2, new[] { a, b, c }.MinBy(v => Math.Abs(a + b - c - v))];
                    zlib.WriteByte((byte)(Samples[y * stride + x] - predictors[filter(y) % 5]));
                }
            }
        }
        byte[] header = [.. Bytes((uint)Width), .. Bytes((uint)Height), (byte)Depth, (byte)Type, 0, 0, interlaced];
        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR", header), .. Palette.Length > 0 ? Chunk("PLTE", Palette) : [], .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. type.Select(c => (byte)c), .. content];
        return [.. Bytes((uint)content.Length), .. body, .. Bytes((uint)Crc(body))];
    }

    private static byte[] Bytes(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static long Number(byte[] bytes, int at, int count) => bytes.Skip(at).Take(count).Aggregate(0L, (sum, b) => sum * 256 + b);

    /// <summary>The remainder of a division of polynomials, bit by bit.</summary>
    private static long Crc(byte[] bytes)
    {
        var rest = 0xFFFFFFFFL;
        foreach (var bit in bytes.SelectMany(b => Enumerable.Range(0, 8).Select(i => b >> i & 1)))
            rest = ((rest ^ bit) & 1) == 1 ? rest >> 1 ^ 0xEDB88320L : rest >> 1;
        return rest ^ 0xFFFFFFFFL;
    }
}
