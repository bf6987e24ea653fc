using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet.Training;

/// <summary>The values that training starts with, and what a <c>.weights</c> file keeps of them.</summary>
[TestClass]
public sealed class StartTests
{
    private const string Layers = "[conv]\nbatch_normalize=1\nfilters=8\nsize=3\npad=1\nactivation=leaky\n" +
        "[max]\nsize=2\nstride=2\n[conv]\nfilters=6\nsize=1\nactivation=linear\n[batchnorm]\n[connected]\nbatch_normalize=1\noutput=3\n";

    /// <summary>Two heads with three of four anchors each.</summary>
    private const string TwoHeads = "[net]\nchannels=4\nheight=8\nwidth=8\n[conv]\nbatch_normalize=1\nfilters=5\n[conv]\nfilters=21\nactivation=linear\n" +
        "[yolo]\nclasses=2\nnum=4\nmask=1,2,3\nanchors=1,2,3,4,5,6,7,8\n[route]\nlayers=-3\n[upsample]\nstride=2\n[conv]\nbatch_normalize=1\nfilters=6\n" +
        "[conv]\nfilters=21\nactivation=linear\n[yolo]\nclasses=2\nnum=4\nmask=0,1,2\nanchors=1,2,3,4,5,6,7,8\n";

    [TestMethod]
    [DataRow("blood-cells", false)]
    [DataRow("yolo-lite-voc", false)]
    [DataRow("yolo-fastest-1.1-xl", false)]
    [DataRow(Layers, true)]
    [DataRow("[activation]\nactivation=mish\n" + Layers, true)]
    public void WriteWeights_ValuesThatWereRead_GivesTheFileAgain(string network, bool isText)
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(isText ? network : ""));
        var weights = isText ? files.Weights : Shared.Path("models", "darknet", $"{network}.weights");
        var read = DarknetTrainingNetwork.Load(isText ? files.Cfg : Shared.Path("models", "darknet", $"{network}.cfg"), new() { WeightsFile = weights });

        read.WriteWeights(read.Model, files.Other("again.weights"), 12_345);

        var (expected, actual) = (File.ReadAllBytes(weights), File.ReadAllBytes(files.Other("again.weights")));
        // The header of version 0.1, which yolo-lite-voc has, is 4 bytes shorter.
        var header = expected[4] == 1 ? 16 : 20;
        Assert.IsTrue(expected.AsSpan(header).SequenceEqual(actual.AsSpan(20)), "the values differ");
        Assert.AreSequenceEqual([0, 2, 0, 12_345, 0], Enumerable.Range(0, 5).Select(i => BitConverter.ToInt32(actual, 4 * i)));
        Assert.AreEqual(header == 16 ? BitConverter.ToInt32(expected, 12) : BitConverter.ToInt64(expected, 12), read.Seen);
        Assert.AreEqual(read.Layers.Count(l => l.Values > 0), read.LoadedLayers);
        Assert.AreEqual((actual.Length - 20) / 4, read.Layers.Sum(l => l.Values));
    }

    [TestMethod]
    public void WriteWeights_WhatDoesNotFit_NamesTheInitializer()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Layers));
        var network = files.Load();
        void Fails(Action<Proto.TensorProto> change, string expected)
        {
            var model = network.Model.Clone();
            change(model.Graph.Initializer.Single(t => t.Name == "layer_00_convolutional/mean"));
            var error = Assert.ThrowsExactly<ArgumentException>(() => network.WriteWeights(model, files.Other("bad.weights"), 0));
            foreach (var part in (string[])["layer_00_convolutional/mean", expected]) Assert.Contains(part, error.Message);
            Assert.IsFalse(File.Exists(files.Other("bad.weights")));
        }

        Fails(t => t.Name = "other", "no initializer");
        Fails(t => (t.Dims[0], t.RawData) = (1, Google.Protobuf.ByteString.CopyFrom(new byte[4])), "1 values; expected 8");
        Fails(t => t.RawData = Google.Protobuf.ByteString.CopyFrom(new byte[4]), "found 4");
        Fails(t => t.RawData = Google.Protobuf.ByteString.CopyFrom([.. BitConverter.GetBytes(float.NaN), .. new byte[28]]), "finite");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.WriteWeights(network.Model, files.Other("bad.weights"), -1));
    }

    [TestMethod]
    // The layers with values are 0 (8 · 4 + 8 · 4 · 9 = 320 floats), 2 (6 + 6 · 8), 3 (3 · 6), 4 and 5.
    [DataRow(20, 0)]
    [DataRow(20 + 4 * 320, 1)]
    [DataRow(20 + 4 * 374, 2)]
    [DataRow(20 + 4 * 392, 3)]
    public void Load_CutWeights_LoadsWholeLayers(int bytes, int layers)
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Layers));
        File.WriteAllBytes(files.Weights, File.ReadAllBytes(files.Weights)[..bytes]);
        var random = DarknetTrainingNetwork.Load(files.Cfg, new() { Seed = 5 });

        var network = files.Load(new() { WeightsMayEnd = true, Seed = 5 });

        Assert.AreEqual(layers, network.LoadedLayers);
        foreach (var (layer, i) in network.Layers.Where(l => l.Values > 0).Select((l, i) => (l, i)))
        {
            foreach (var name in layer.Parameters.Concat(layer.Statistics))
                Assert.AreSequenceEqual(TrainingFiles.Values(i < layers ? files.Trained : random.Model, name), TrainingFiles.Values(network.Model, name), name);
        }
        Assert.Contains("too short", Assert.ThrowsExactly<BadModelException>(() => files.Load()).Message);
    }

    [TestMethod]
    [DataRow(20 + 4 * 320 - 4, "[convolutional]", "expected 1152 bytes of kernels")]
    [DataRow(20 + 4 * 320 + 4, "[convolutional]", "expected 24 bytes of biases")]
    [DataRow(20 + 4 * 375, "[batchnorm]", "expected 24 bytes of scales")]
    public void Load_WeightsCutWithinALayer_NamesIt(int bytes, string section, string expected)
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Layers));
        File.WriteAllBytes(files.Weights, File.ReadAllBytes(files.Weights)[..bytes]);

        foreach (var mayEnd in (bool[])[false, true])
        {
            var error = Assert.ThrowsExactly<BadModelException>(() => files.Load(new() { WeightsMayEnd = mayEnd }));
            foreach (var part in (string[])[files.Weights, section, expected]) Assert.Contains(part, error.Message);
        }
    }

    [TestMethod]
    public void Load_WeightsThatAreTooLong_Throws()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Layers));
        File.AppendAllText(files.Weights, "more");

        foreach (var mayEnd in (bool[])[false, true])
            Assert.Contains("too long for", Assert.ThrowsExactly<BadModelException>(() => files.Load(new() { WeightsMayEnd = mayEnd })).Message);
    }

    [TestMethod]
    // classes, anchors; filters of the convolutions before the heads, loaded layers, masks
    [DataRow(null, "", "21 21", 4, "1,2,3 0,1,2")]
    [DataRow(2, "1,2,3,4,5,6,7,9", "21 21", 4, "1,2,3 0,1,2")]
    [DataRow(9, "", "42 42", 2, "1,2,3 0,1,2")]
    [DataRow(2, "1,2,3,4,5,6,7,8,9,10,11,12", "21 21", 4, "3,4,5 0,1,2")]
    [DataRow(null, "1,2,3,4", "7 7", 2, "1 0")]
    // 2 · (5 + 5.5) would be as many channels
    [DataRow(16, "1,2,3,4", "21 21", 2, "1 0")]
    public void Load_ClassesAndAnchors_ChangeHeadsAndKeepTheRest(int? classes, string anchors, string filters, int loaded, string masks)
    {
        using var files = new TrainingFiles(TwoHeads);
        float[]? numbers = anchors.Length == 0 ? null : [.. anchors.Split(',').Select(a => float.Parse(a, System.Globalization.CultureInfo.InvariantCulture))];

        var network = files.Load(new() { Classes = classes, Anchors = numbers, Seed = 9 });

        Assert.AreEqual(filters, $"{network.Layers[1].Channels} {network.Layers[6].Channels}");
        Assert.AreEqual(loaded, network.LoadedLayers);
        Assert.AreEqual(masks, string.Join(' ', network.Heads.Select(h => string.Join(',', h.Numbers("mask")))));
        foreach (var head in network.Heads)
        {
            Assert.AreEqual(classes ?? 2, head.Number("classes", 0));
            Assert.AreSequenceEqual((numbers ?? [1, 2, 3, 4, 5, 6, 7, 8]).Select(n => (double)n), head.Numbers("anchors"));
        }
        foreach (var layer in network.Layers.Where(l => l.Values > 0))
        {
            var kept = loaded == 4 || layer.Number is 0 or 5;
            foreach (var name in layer.Parameters.Concat(layer.Statistics))
                Assert.AreEqual(kept, TrainingFiles.Values(files.Trained, name).SequenceEqual(TrainingFiles.Values(network.Model, name)), name);
        }
        // What is written beside the weights is the same network.
        network.WriteWeights(network.Model, files.Other("new.weights"), 0);
        var again = DarknetTrainingNetwork.Parse(network.Text, "again", new() { WeightsFile = files.Other("new.weights") });
        Assert.AreSequenceEqual(network.Model.Graph.Initializer, again.Model.Graph.Initializer);
        Assert.AreSequenceEqual(network.Model.Graph.Node, again.Model.Graph.Node);
    }

    [TestMethod]
    public void Load_ClassesOfYoloFastest_KeepsAllButTheHeads()
    {
        var (cfg, weights) = (Shared.Path("models", "darknet", "yolo-fastest-1.1-xl.cfg"), Shared.Path("models", "darknet", "yolo-fastest-1.1-xl.weights"));

        var network = DarknetTrainingNetwork.Load(cfg, new() { WeightsFile = weights, Classes = 3 });

        Assert.AreEqual(network.Layers.Count(l => l.Values > 0) - 2, network.LoadedLayers);
        Assert.AreEqual("24 24", string.Join(' ', network.Layers.Where(l => l.Type == "yolo").Select(l => l.Channels)));
    }

    [TestMethod]
    public void Load_AnchorsOfRegion_ChangeNum()
    {
        using var files = new TrainingFiles("[net]\nchannels=3\nheight=4\nwidth=4\n[conv]\nfilters=14\n[region]\nclasses=2\nnum=2\nanchors=1,2,3,4");

        var network = files.Load(new() { Anchors = [.5f, 1, 1.5f, 2, 2.5f, 3] });

        Assert.AreEqual((21, 0), (network.Layers[0].Channels, network.LoadedLayers));
        Assert.Contains("\nanchors=0.5,1,1.5,2,2.5,3\n", network.Text);
        Assert.Contains("\nnum=3\n", network.Text);
        Assert.DoesNotContain("mask", network.Text);
    }

    [TestMethod]
    public void Load_SizeWithAMatrix_KeepsTheOtherLayers()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Layers));

        var network = files.Load(new() { Height = 16, Width = 16 });

        Assert.AreEqual(4, network.LoadedLayers);
        Assert.AreEqual((16, 16), network.Facts.InputSize);
    }

    [TestMethod]
    public void Load_ChangesThatCannotBe_Throw()
    {
        using var files = new TrainingFiles(TwoHeads);
        void Fails(DarknetTrainingOptions options, params string[] expected)
        {
            var error = Assert.ThrowsExactly<BadModelException>(() => files.Load(options));
            foreach (var part in expected) Assert.Contains(part, error.Message);
        }

        Fails(new() { Anchors = [1, 2, 3, 4, 5, 6] }, "3 anchors", "2 heads", "[yolo]");
        foreach (var bad in (DarknetTrainingOptions[])[
            new() { Classes = 0 }, new() { Height = 0 }, new() { Width = -1 }, new() { Anchors = [] }, new() { Anchors = [1, 2, 3] }, new() { Anchors = [1, 0] },
            new() { Anchors = [1, float.NaN] }, new() { Momentum = 1 }, new() { WeightsFile = "" }])
            Assert.ThrowsExactly<ArgumentException>(() => DarknetTrainingNetwork.Load(files.Cfg, bad));
        File.WriteAllText(files.Cfg, "[net]\nchannels=14\nheight=4\nwidth=4\n[dropout]\n[region]\nclasses=2\nnum=2\nanchors=1,2,3,4");
        Assert.Contains("[dropout]", Assert.ThrowsExactly<BadModelException>(() => DarknetTrainingNetwork.Load(files.Cfg, new() { Classes = 3 })).Message);
        File.WriteAllText(files.Cfg, TwoHeads + "[route]\nlayers=1\n[region]\nclasses=2\nnum=3\nanchors=1,2,3,4,5,6");
        Assert.Contains("pixels", Assert.ThrowsExactly<BadModelException>(() => DarknetTrainingNetwork.Load(files.Cfg, new() { Anchors = [1, 2, 3, 4] })).Message);
    }

    [TestMethod]
    public void Load_NoWeights_DrawsAsDarknetDoes()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector("[conv]\nbatch_normalize=1\nfilters=256\ngroups=2\nsize=5\npad=1\n[connected]\noutput=40"));
        var network = DarknetTrainingNetwork.Load(files.Cfg, new() { Seed = 1 });

        Assert.AreEqual((0, 0L), (network.LoadedLayers, network.Seen));
        float[] Of(string name) => TrainingFiles.Values(network.Model, name);
        Assert.IsTrue(Of("layer_00_convolutional/bias").Concat(Of("layer_00_convolutional/mean")).All(v => v == 0));
        Assert.IsTrue(Of("layer_00_convolutional/scale").All(v => v == 1));
        // 1 for Darknet, in ONNX's form
        Assert.IsTrue(Of("layer_00_convolutional/variance").All(v => v == (float)(1.000001 * 1.000001 - 1e-5)));
        // Each kernel has 5 · 5 · 4 / 2 inputs, the matrix 256 · 8 · 12.
        CheckDeviation(Of("layer_00_convolutional/kernel"), Math.Sqrt(2 / 50.0), beyondTwo: .0455);
        CheckDeviation(Of("layer_01_connected/kernel"), Math.Sqrt(2 / 24576.0 / 3), beyondTwo: 0);

        OriginalDarknet.SaveRandomWeights(files.Cfg, files.Weights);
        var original = files.Load();
        float[] Originals(string name) => TrainingFiles.Values(original.Model, name);
        CheckDeviation(Originals("layer_00_convolutional/kernel"), Math.Sqrt(2 / 50.0), beyondTwo: .0455);
        CheckDeviation(Originals("layer_01_connected/kernel"), Math.Sqrt(2 / 24576.0 / 3), beyondTwo: 0);
    }

    [TestMethod]
    public void Load_NoWeights_DependsOnSeedAndLayerAlone()
    {
        using var files = new TrainingFiles(TwoHeads);
        byte[] Bytes(int seed) => DarknetTrainingNetwork.Load(files.Cfg, new() { Seed = seed }).Model.ToBytes();

        Assert.AreSequenceEqual(Bytes(4), Bytes(4));
        Assert.IsFalse(Bytes(4).SequenceEqual(Bytes(5)));
        var (two, nine) = (DarknetTrainingNetwork.Load(files.Cfg).Model, DarknetTrainingNetwork.Load(files.Cfg, new() { Classes = 9 }).Model);
        Assert.AreSequenceEqual(TrainingFiles.Values(two, "layer_05_convolutional/kernel"), TrainingFiles.Values(nine, "layer_05_convolutional/kernel"));
        Assert.IsFalse(TrainingFiles.Values(two, "layer_01_convolutional/kernel").SequenceEqual(TrainingFiles.Values(two, "layer_06_convolutional/kernel")));
    }

    private static void CheckDeviation(float[] values, double deviation, double beyondTwo)
    {
        var (mean, found) = (values.Average(), Math.Sqrt(values.Average(v => (double)v * v)));
        Assert.AreEqual(0, mean, .03 * deviation);
        Assert.AreEqual(deviation, found, .02 * deviation);
        Assert.AreEqual(beyondTwo, values.Count(v => Math.Abs(v) > 2 * deviation) / (double)values.Length, .005);
    }
}
