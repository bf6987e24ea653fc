using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>
/// The published networks whose <c>.cfg</c> Debian's darknet brings, with random weights, run here and by the original Darknet.
/// Each is cut before its first head or softmax, and made small so that Darknet's plain loops end soon.
/// </summary>
[TestClass]
public sealed partial class PublishedConfigsTests
{
    private const string Folder = "/usr/share/darknet/cfg";

    [TestMethod]
    [DataRow("yolov3-tiny", 96)]
    [DataRow("tiny", 64)]
    [DataRow("cifar", 28)]
    public void Import_PublishedConfig_AgreesWithDarknet(string name, int size)
    {
        var path = Path.Combine(Folder, $"{name}.cfg");
        if (!File.Exists(path)) Absent.End("Debian's darknet");
        var image = Grid.Random(3, size, size).Map(v => v / 6 + .5);
        using var files = new DarknetFiles(image, "");
        files.WriteCfg(Small(File.ReadAllLines(path), size));
        OriginalDarknet.SaveRandomWeights(files.Cfg, files.Weights);
        SetStatistics(files);

        var expected = OriginalDarknet.Run(files.Cfg, files.Weights, image.Values);
        var actual = files.Run();

        // Sums of thousands of single-precision products, in another order, through dozens of layers.
        var range = expected.Max() - expected.Min();
        Assert.IsTrue(range > .1, $"{name}: the values differ too little to tell: {range}");
        var off = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.HasCount(expected.Length, actual);
        Assert.IsTrue(off <= 2e-5 * range, $"{name}: off by {off} in values that range over {range}");
    }

    /// <summary>The text before the first section that gives an answer, with width and height replaced.</summary>
    private static string Small(string[] lines, int size) => string.Join('\n', lines
        .TakeWhile(l => l.Trim() is not ("[region]" or "[yolo]" or "[softmax]"))
        .Select(l => SizeOption().Replace(l, $"$1={size}")));

    /// <summary>Gives every normalised convolution random biases, scales, means and variances; Darknet starts with variances of 0.</summary>
    private static void SetStatistics(DarknetFiles files)
    {
        var config = MlNetVision.Onnx.Import.Darknet.DarknetConfig.Load(files.Cfg);
        var kernels = files.Import().Graph.Initializer.Where(t => t.Name.EndsWith("/kernel", StringComparison.Ordinal))
            .ToDictionary(t => t.Name, t => t.Dims.ToArray());
        var bytes = File.ReadAllBytes(files.Weights);
        var floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(20));
        var at = 0;
        for (var i = 0; i < config.Layers.Count; i++)
        {
            if (config.Layers[i].Type != "convolutional") continue;
            var shape = kernels[$"layer_{i:D2}_convolutional/kernel"];
            var normalised = config.Layers[i].Flag("batch_normalize");
            var head = DarknetFiles.Convolution((int)shape[0], 0, normalised, seed: i);
            head.CopyTo(floats[at..]);
            at += head.Length + (int)shape.Aggregate(1L, (product, d) => product * d);
        }
        Assert.AreEqual(floats.Length, at);
        File.WriteAllBytes(files.Weights, bytes);
    }

    [GeneratedRegex(@"^\s*(width|height)\s*=\s*\d+")]
    private static partial Regex SizeOption();
}
