using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MlNetVision.Benchmarks;

/// <summary>
/// Writes a network of Tiny YOLO v2's architecture with random weights in Darknet's format, so that OpenCV and we read the
/// very same ones. Its weights keep the variance of the activations (He et al., arXiv:1502.01852), and its last biases let
/// a few dozen boxes through, as a trained network would.
/// </summary>
internal static class RandomDarknet
{
    private const int Classes = 20;
    private const int Anchors = 5;

    /// <summary>Makes STEM.cfg and STEM.weights.</summary>
    /// <param name="stem">The path without extension.</param>
    /// <param name="size">Width and height of the input, a multiple of 32.</param>
    /// <param name="width">The factor on the number of channels of every hidden layer; 1 for Tiny YOLO v2's own.</param>
    /// <param name="heads">The number of convolutions with 1,024 channels; 2 in Tiny YOLO v2.</param>
    /// <returns>The path of the <c>.cfg</c>.</returns>
    public static string Write(string stem, int size, double width = 1, int heads = 2)
    {
        int[] filters = [16, 32, 64, 128, 256, 512, .. Enumerable.Repeat(1024, heads)];
        var cfg = new StringBuilder(Invariant($"[net]\nwidth={size}\nheight={size}\nchannels=3\n"));
        using var weights = File.Create(stem + ".weights");
        weights.Write(MemoryMarshal.AsBytes<int>([0, 1, 0, 0]));
        var random = new Random(1);
        var channels = 3;
        for (var i = 0; i < filters.Length; i++)
        {
            var count = Math.Max(8, (int)(filters[i] * width) / 8 * 8);
            cfg.Append(Invariant($"\n[convolutional]\nbatch_normalize=1\nfilters={count}\nsize=3\nstride=1\npad=1\nactivation=leaky\n"));
            if (i < 6) cfg.Append(Invariant($"\n[maxpool]\nsize=2\nstride={(i < 5 ? 2 : 1)}\n"));
            WriteFloats(weights, [.. new float[count], .. Ones(count), .. new float[count], .. Ones(count)]);
            WriteFloats(weights, Normal(random, count * channels * 9, Math.Sqrt(2.0 / (channels * 9))));
            channels = count;
        }
        cfg.Append(Invariant($"\n[convolutional]\nfilters={Anchors * (5 + Classes)}\nsize=1\nstride=1\npad=1\nactivation=linear\n"));
        WriteFloats(weights, HeadBiases());
        WriteFloats(weights, Normal(random, Anchors * (5 + Classes) * channels, 4 / Math.Sqrt(channels)));
        cfg.Append(Invariant($"\n[region]\nanchors=1.08,1.19, 3.42,4.41, 6.63,11.38, 9.42,5.11, 16.62,10.52\nclasses={Classes}\ncoords=4\nnum={Anchors}\nsoftmax=1\nthresh=.25\n"));
        File.WriteAllText(stem + ".cfg", cfg.ToString());
        File.WriteAllLines(stem + ".names", Enumerable.Range(0, Classes).Select(i => Invariant($"class {i}")));
        return stem + ".cfg";
    }

    // Few cells hold an object, and one class is far likelier than the others.
    private static float[] HeadBiases() =>
        [.. Enumerable.Range(0, Anchors * (5 + Classes)).Select(i => (i % (5 + Classes)) switch { 4 => -2.5f, 5 => 5f, _ => 0f })];

    private static IEnumerable<float> Ones(int count) => Enumerable.Repeat(1f, count);

    private static float[] Normal(Random random, int count, double deviation)
    {
        var values = new float[count];
        // Irwin–Hall: the sum of four uniform numbers has variance 1/3, and is normal enough here.
        foreach (ref var value in values.AsSpan())
            value = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * Math.Sqrt(3) * deviation);
        return values;
    }

    private static void WriteFloats(FileStream stream, ReadOnlySpan<float> values) => stream.Write(MemoryMarshal.AsBytes(values));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
