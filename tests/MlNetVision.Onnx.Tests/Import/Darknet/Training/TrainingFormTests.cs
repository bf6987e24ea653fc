using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet.Training;

/// <summary>The form for training, run without training, against the importer's, whose arithmetic other tests compare with Darknet's.</summary>
[TestClass]
public sealed class TrainingFormTests
{
    private const string Normalised = "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\npad=1\nactivation=leaky\n";

    [TestMethod]
    [DataRow("blood-cells")]
    [DataRow("yolo-lite-voc")]
    [DataRow("yolo-fastest-1.1-xl")]
    public void Load_SharedNetwork_RunsAsImported(string name)
    {
        var (cfg, weights) = (Shared.Path("models", "darknet", $"{name}.cfg"), Shared.Path("models", "darknet", $"{name}.weights"));

        CompareWithImported(cfg, weights);
    }

    [TestMethod]
    [DataRow(Normalised)]
    [DataRow("[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\npad=1\nactivation=linear")]
    [DataRow("[convolutional]\nfilters=6\nsize=3\nstride=2\npad=1\nactivation=mish")]
    [DataRow("[convolutional]\nbatch_normalize=1\nfilters=4\ngroups=4\nsize=3\npad=1\nstride_x=2\nstride_y=1\nactivation=swish")]
    [DataRow("[convolutional]\nbatch_normalize=1\nfilters=8\ngroups=2\nsize=3\npad=1\ndilation=2\nactivation=relu6")]
    [DataRow("[maxpool]\nsize=2\nstride=2")]
    [DataRow("[maxpool]\nsize=2\nstride=1")]
    [DataRow("[maxpool]\nsize=5\nstride=1\n[route]\nlayers=-1,-1")]
    [DataRow("[local_avgpool]\nsize=3\nstride=1")]
    [DataRow(Normalised + "[avgpool]\n[convolutional]\nfilters=8\nactivation=logistic\n[scale_channels]\nfrom=0\nactivation=linear")]
    [DataRow(Normalised + "[avgpool]")]
    [DataRow(Normalised + "[convolutional]\nfilters=8\nactivation=logistic\n[sam]\nfrom=0")]
    [DataRow(Normalised + "[route]\nlayers=0\ngroups=2\ngroup_id=1\n[route]\nlayers=-1,0\n[route]\nlayers=0")]
    [DataRow("[reorg]\nstride=2")]
    [DataRow("[reorg]\nstride=1")]
    [DataRow("[reorg3d]\nstride=2")]
    [DataRow(Normalised + Normalised + "[shortcut]\nfrom=-2\nactivation=leaky")]
    [DataRow(Normalised + "[maxpool]\nsize=2\nstride=2\n[shortcut]\nfrom=0\nactivation=linear")]
    [DataRow(Normalised + "[maxpool]\nsize=2\nstride=2\n[route]\nlayers=0\n[shortcut]\nfrom=1\nactivation=linear")]
    [DataRow("[reorg]\nstride=2\n[upsample]\nstride=2\n[route]\nlayers=-1,-1\n[shortcut]\nfrom=0\nactivation=linear")]
    [DataRow(Normalised + "[activation]\nactivation=tanh\n[shortcut]\nfrom=-2\nalpha=.5\nbeta=2\nactivation=linear")]
    [DataRow("[upsample]\nstride=2\nscale=.5")]
    [DataRow("[dropout]\nprobability=.3\n[cost]\ntype=sse")]
    [DataRow("[softmax]\ngroups=4\ntemperature=3")]
    [DataRow("[batchnorm]")]
    [DataRow("[activation]\nactivation=mish\n[batchnorm]")]
    [DataRow("[connected]\noutput=5\nactivation=leaky")]
    [DataRow("[connected]\noutput=5\nbatch_normalize=1\nactivation=linear\n[connected]\noutput=6\nbatch_normalize=1\nactivation=selu")]
    [DataRow("[convolutional]\nbatch_normalize=1\nfilters=4\nactivation=linear\n[yolo]\nclasses=1\nnum=1\nanchors=2,2\n[route]\nlayers=-2")]
    public void Load_EachLayer_RunsAsImported(string layers)
    {
        var text = TrainingFiles.Detector(layers);
        if (layers.Contains("[yolo]", StringComparison.Ordinal)) text = text.Replace("filters=4", "filters=6", StringComparison.Ordinal);
        using var files = new TrainingFiles(text);

        CompareWithImported(files.Cfg, files.Weights);
    }

    [TestMethod]
    [DataRow("loggy")]
    [DataRow("relu")]
    [DataRow("elu")]
    [DataRow("relie")]
    [DataRow("revleaky")]
    [DataRow("ramp")]
    [DataRow("plse")]
    [DataRow("hardtan")]
    [DataRow("lhtan")]
    [DataRow("hard_mish")]
    [DataRow("gelu")]
    public void Load_EachActivation_RunsAsImported(string activation)
    {
        using var files = new TrainingFiles(TrainingFiles.Detector($"[activation]\nactivation={activation}"));

        CompareWithImported(files.Cfg, files.Weights);
    }

    [TestMethod]
    public void Load_MatrixByInput_RunsAsImported()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector("[connected]\noutput=5\nactivation=leaky"));
        var bytes = File.ReadAllBytes(files.Weights);
        // Version 1001.2: the count of images takes 4 bytes.
        File.WriteAllBytes(files.Weights, [.. BitConverter.GetBytes(1001), .. bytes.AsSpan(4, 12), .. bytes.AsSpan(20)]);

        CompareWithImported(files.Cfg, files.Weights);
    }

    [TestMethod]
    // biases, scales, means, variances and kernels of 3 channels; a variance of 0 divides by 10⁻⁶, where ONNX's single precision has few digits
    [DataRow(1e-8f, 1e-4f, 100f, 1e-4)]
    [DataRow(1e-6f, 1e-5f, 1e-3f, 1e-5)]
    [DataRow(0f, 1f, 2f, .3)]
    public void Load_SmallVariances_RunAsImported(float first, float second, float third, double tolerance)
    {
        using var files = new TrainingFiles(
            "[net]\nchannels=1\nheight=2\nwidth=2\n[convolutional]\nbatch_normalize=1\nfilters=18\nactivation=linear\n[yolo]\nclasses=1\nnum=3\nanchors=1,2,3,4,5,6");
        float[] variances = [first, second, third];
        float[] Six(float value) => [.. Enumerable.Repeat(value, 18)];
        var bytes = File.ReadAllBytes(files.Weights);
        float[] values = [.. Six(.5f), .. Six(1), .. Six(.25f), .. Enumerable.Range(0, 18).Select(i => variances[i % 3]), .. Six(1)];
        File.WriteAllBytes(files.Weights, [.. bytes.AsSpan(0, 20), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)]);

        CompareWithImported(files.Cfg, files.Weights, tolerance: tolerance);
    }

    [TestMethod]
    [DataRow(1e-4f)]
    [DataRow(.3f)]
    [DataRow(7f)]
    public void WriteWeights_TrainedVariance_DividesByTheSameNumber(float variance)
    {
        using var files = new TrainingFiles(TrainingFiles.Detector("[convolutional]\nbatch_normalize=1\nfilters=3\nactivation=linear"));
        var (network, trained) = (files.Load(), files.Load().Model.Clone());
        trained.Graph.Initializer.Single(t => t.Name == "layer_00_convolutional/variance").RawData =
            Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([variance, variance, variance]));

        network.WriteWeights(trained, files.Weights, 0);

        var written = BitConverter.ToSingle(File.ReadAllBytes(files.Weights), 20 + 4 * 9);
        Assert.AreEqual(Math.Sqrt(variance + 1e-5), Math.Sqrt(written) + 1e-6, 1e-6 * Math.Sqrt(variance));
        var image = Grid.Random(4, 8, 12).Values;
        Grid.AreClose(NetworkRunner.Run(trained, image)["grid_0"].Values, NetworkRunner.Run(new DarknetImporter().Import(files.Cfg).Model, image)["grid_0"].Values);
    }

    [TestMethod]
    [DataRow(4, 8)]
    [DataRow(16, 24)]
    public void WithSize_OtherSize_RunsAsImportedAtThatSize(int height, int width)
    {
        const string layers = Normalised + "[maxpool]\nsize=2\nstride=2\n[reorg]\nstride=2\n[upsample]\nstride=4\n[dropout]\n[route]\nlayers=-1,0";
        using var files = new TrainingFiles(TrainingFiles.Detector(layers));
        var network = files.Load();

        var other = network.WithSize(height, width);

        File.WriteAllText(files.Cfg, other.Text);
        CompareWithImported(files.Cfg, files.Weights, other);
        Assert.AreEqual((height, width), other.Facts.InputSize);
        Assert.AreEqual((network.LoadedLayers, network.Seen), (other.LoadedLayers, other.Seen));
        Assert.AreSequenceEqual(network.Parameters, other.Parameters);
    }

    [TestMethod]
    public void WithSize_MatrixOverAllValues_Throws()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector("[connected]\noutput=5\nactivation=leaky"));

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Load().WithSize(4, 4));

        foreach (var part in (string[])["[connected]", "1920 weights", "320"]) Assert.Contains(part, error.Message);
        Assert.ThrowsExactly<ArgumentException>(() => files.Load().WithSize(0, 4));
    }

    [TestMethod]
    public void Layers_Network_AreDescribed()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Normalised + "[maxpool]\nsize=2\nstride=2\nstopbackward=1"));

        var network = files.Load();

        Assert.AreEqual("0 convolutional layer_00_convolutional 8×8×12, 1 maxpool layer_01_maxpool 8×4×6, " +
            "2 convolutional layer_02_convolutional 14×4×6, 3 yolo grid_0 14×4×6",
            string.Join(", ", network.Layers.Select(l => $"{l.Number} {l.Type} {l.Name} {l.Channels}×{l.Height}×{l.Width}")));
        Assert.AreEqual("320, 0, 126, 0", string.Join(", ", network.Layers.Select(l => l.Values)));
        Assert.AreEqual("1", string.Join(", ", network.Layers.Where(l => l.StopsBackward).Select(l => l.Number)));
        string[] first = ["layer_00_convolutional/bias", "layer_00_convolutional/scale", "layer_00_convolutional/kernel"];
        Assert.AreSequenceEqual(first, network.Layers[0].Parameters);
        Assert.AreSequenceEqual(["layer_00_convolutional/mean", "layer_00_convolutional/variance"], network.Layers[0].Statistics);
        Assert.AreSequenceEqual([.. first, "layer_02_convolutional/bias", "layer_02_convolutional/kernel"], network.Parameters);
        var normalization = network.Model.Graph.Node.Single(n => n.OpType == "BatchNormalization");
        Assert.AreEqual((.99f, 1e-5f), (normalization.Float("momentum", 0), normalization.Float("epsilon", 0)));
        Assert.AreEqual(.9f, files.Load(new() { Momentum = .9f }).Model.Graph.Node.Single(n => n.OpType == "BatchNormalization").Float("momentum", 0));
        var dropout = DarknetTrainingNetwork.Parse(TrainingFiles.Detector("[dropout]\nprobability=.25"), "net").Model.Graph;
        Assert.AreEqual(.25f, TrainingFiles.Values(new OnnxModel(new() { Graph = dropout }), dropout.Node.Single(n => n.OpType == "Dropout").Input[1])[0]);
        network.Model.Check();
    }

    [TestMethod]
    public void Facts_Network_AreTheImporters()
    {
        using var files = new TrainingFiles(TrainingFiles.Detector(Normalised).Replace("[net]", "[net]\nmomentum = 0.9\n# remark\nsteps=1,2", StringComparison.Ordinal));
        File.WriteAllText(files.Other("net.names"), "a\nb");

        var network = files.Load();
        var imported = new DarknetImporter().Import(files.Cfg);

        Assert.AreEqual(imported with { Model = network.Model, Outputs = [], Pixels = null }, network.Facts with { Outputs = [], Pixels = null });
        Assert.AreEqual(string.Join(' ', imported.Outputs.Single().Parameters.Select(p => p.Key)), string.Join(' ', network.Facts.Outputs.Single().Parameters.Select(p => p.Key)));
        Assert.IsNull(DarknetTrainingNetwork.Parse(File.ReadAllText(files.Cfg), files.Cfg).Facts.ClassNamesFile);
        Assert.AreEqual("0.9 1,2", $"{network.NetOptions["momentum"]} {network.NetOptions["steps"]}");
        Assert.AreEqual(network.Text, DarknetTrainingNetwork.Parse(network.Text, "again").Text);
        Assert.Contains("\nmomentum=0.9\nsteps=1,2\nchannels=4\n", network.Text);
        Assert.Contains("\n\n[convolutional]\nbatch_normalize=1\nfilters=8\n", network.Text);
    }

    [TestMethod]
    [DataRow("[local]\nfilters=2\nsize=3\npad=1", "[local]", "position")]
    [DataRow("[crop]\ncrop_height=4\ncrop_width=4", "[crop]", "boxes")]
    [DataRow("[lstm]\noutput=3", "[lstm]", "recurrent")]
    [DataRow("[convolutional]\nxnor=1", "[convolutional]", "xnor=1")]
    [DataRow("[convolutional]\ncbn=1\nbatch_normalize=1", "[convolutional]", "cbn=1")]
    [DataRow("[convolutional]\nassisted_excitation=1", "[convolutional]", "assisted_excitation=1")]
    [DataRow("[convolutional]\ndontload=1", "[convolutional]", "dontload=1")]
    [DataRow("[convolutional]\nfilters=4\n[convolutional]\nfilters=4\nshare_index=0", "[convolutional]", "share_index=0")]
    [DataRow("[activation]\nactivation=stair", "[activation]", "no slope")]
    [DataRow("[softmax]\ntree=9k.tree", "[softmax]", "hierarchy")]
    [DataRow("[dropout]\ndropblock=1", "[dropout]", "dropblock=1")]
    [DataRow("[dropout]\nprobability=1", "[dropout]", "below 1")]
    [DataRow("[Gaussian_yolo]\nclasses=1\nnum=1\nanchors=1,2", "[Gaussian_yolo]", "expected [region] or [yolo]")]
    [DataRow("[detection]\ncoords=4", "[detection]", "expected [region] or [yolo]")]
    [DataRow("[region]\nclasses=1\nnum=1\nanchors=1,2\ntree=9k.tree", "[region]", "hierarchy")]
    [DataRow("[yolo]\nclasses=1\nnum=1\nanchors=1,2\niou_loss=eiou", "[yolo]", "mse, iou, giou, diou, ciou")]
    [DataRow("[convolutional]\nfilters=1048576\nsize=1048575\npad=1", "[convolutional]", "values up to here")]
    public void Parse_WhatCannotBeTrained_NamesSectionAndReason(string layers, string section, string reason)
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => DarknetTrainingNetwork.Parse(
            TrainingFiles.Detector(layers).Replace("channels=4", layers.Contains("yolo]", StringComparison.Ordinal) && layers[0] == '[' ? "channels=6" : "channels=4", StringComparison.Ordinal), "my network"));

        foreach (var part in (string[])["my network, line 5", section, reason]) Assert.Contains(part, error.Message.Replace("line 7", "line 5", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Parse_Classifier_Throws()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => DarknetTrainingNetwork.Parse("[net]\nchannels=3\nheight=4\nwidth=4\n[avgpool]\n[softmax]", "net"));

        foreach (var part in (string[])["[softmax]", "detector", "[region] or [yolo]"]) Assert.Contains(part, error.Message);
    }

    /// <summary>Two images at once in the form for training, and one after the other in the importer's.</summary>
    private static void CompareWithImported(string cfg, string weights, DarknetTrainingNetwork? network = null, double tolerance = 1e-4)
    {
        network ??= DarknetTrainingNetwork.Load(cfg, new() { WeightsFile = weights });
        var imported = new DarknetImporter().Import(cfg, new() { WeightsFile = weights });
        var (height, width) = imported.InputSize!.Value;
        var channels = (int)imported.Model.Inputs[0].Shape[1]!.Value;
        var images = Enumerable.Range(0, 2).Select(i => Grid.Random(channels, height, width, i).Map(v => v / 6 + .5).Values).ToArray();

        var batch = NetworkRunner.Run(network.Model, [.. images[0], .. images[1]]);

        Assert.AreSequenceEqual(imported.Outputs.Select(o => o.Output), network.Heads.Select(o => o.Output));
        var single = images.Select(i => NetworkRunner.Run(imported.Model, i)).ToArray();
        foreach (var output in imported.Outputs)
        {
            var expected = single.SelectMany(s => s[output.Output].Values).ToArray();
            Assert.AreEqual(2, batch[output.Output].Shape[0]);
            Assert.IsTrue(expected.Max() - expected.Min() > .01, "the values differ too little to tell");
            Grid.AreClose(expected, batch[output.Output].Values, output.Output, tolerance);
        }
    }
}
