namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>Channels × height × width values, for arithmetic written out in loops.</summary>
internal sealed class Grid(int channels, int height, int width, float[]? values = null)
{
    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public float[] Values { get; } = values ?? new float[channels * height * width];

    public float this[int c, int y, int x]
    {
        get => Values[(c * Height + y) * Width + x];
        set => Values[(c * Height + y) * Width + x] = value;
    }

    public static Grid Random(int channels, int height, int width, int seed = 1) =>
        new(channels, height, width, RandomValues(channels * height * width, seed));

    /// <summary>Values from −3 to 3.</summary>
    public static float[] RandomValues(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 6 - 3))];
    }

    /// <summary>Fills a new grid value by value.</summary>
    public static Grid Fill(int channels, int height, int width, Func<int, int, int, double> value)
    {
        var grid = new Grid(channels, height, width);
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++) grid[c, y, x] = (float)value(c, y, x);
            }
        }
        return grid;
    }

    public Grid Map(Func<double, double> f) => new(Channels, Height, Width, [.. Values.Select(v => (float)f(v))]);

    /// <summary>Compares within 10⁻⁵, absolute below 1 and relative above.</summary>
    public static void AreClose(float[] expected, float[] actual, string? what = null, double tolerance = 1e-5)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
        {
            var off = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
            Assert.IsTrue(off <= tolerance, $"{what} value {i}: expected {expected[i]}, found {actual[i]}");
        }
    }
}
