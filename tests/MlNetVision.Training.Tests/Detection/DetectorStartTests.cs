using System.Runtime.InteropServices;
using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class DetectorStartTests : IDisposable
{
    private readonly SquareFolder _folder = new();
    private readonly DetectionDataSet _train;

    public DetectorStartTests() => _train = DetectorData.Open(_folder.Path).Train;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Create_FoldedNetwork_DetectsTheSameAndHasTheStatisticsOfTheImages()
    {
        var (files, folded) = RandomDetector();
        var path = _folder["folded.onnx"];
        folded.Save(path);
        files.Write(_folder["whole.weights"]);
        foreach (var options in new[]
        {
            new DetectorStartOptions { Start = path }, new DetectorStartOptions { Start = path, Network = _folder.Network },
            new DetectorStartOptions { Start = _folder["whole.weights"] }, new DetectorStartOptions { Start = _folder["whole.cfg"] },
            new DetectorStartOptions { Start = _folder["whole.weights"], Network = _folder.Network },
        })
        {
            var start = DetectorStart.Create(_train, options);
            Assert.IsTrue(start.IsWhole, options.ToString());
            Assert.IsFalse(start.HasProposed);
            Assert.AreEqual(5, start.LoadedLayers);
            // The data set has red first.
            CollectionAssert.AreEqual(new[] { "blue", "red" }, start.Labels.ToArray());
            AssertSame(Raw(folded), Raw(start.ToModel()), options.ToString());
        }

        var unfolded = DetectorStart.Create(_train, new DetectorStartOptions { Start = path }).Network;
        var (mean, variance) = NaiveMoments(unfolded);
        var found = Values(unfolded.Model, "layer_00_convolutional/mean");
        for (var c = 0; c < mean.Length; c++)
        {
            Assert.AreEqual(mean[c], found[c], 1e-4, $"mean of channel {c}");
            Assert.AreEqual(variance[c], Values(unfolded.Model, "layer_00_convolutional/variance")[c], 1e-3 * variance[c], $"variance of channel {c}");
        }
    }

    [TestMethod]
    public void Create_OtherClasses_HasNewHeadsAndTheRestOfTheStart()
    {
        var (files, folded) = RandomDetector();
        folded.Save(_folder["folded.onnx"]);
        files.Write(_folder["whole.weights"]);
        // As many classes as before, of other names.
        foreach (var name in new[] { "data.yaml" }) File.WriteAllText(_folder[name], "train: images/train\nval: images/val\nnames: [square, box]\n");
        var other = DetectorData.Open(_folder.Path).Train;
        foreach (var path in new[] { "folded.onnx", "whole.cfg" })
        {
            var start = DetectorStart.Create(other, new DetectorStartOptions { Start = _folder[path] });
            Assert.IsFalse(start.IsWhole);
            Assert.IsTrue(start.HasProposed);
            Assert.AreEqual(4, start.LoadedLayers);
            CollectionAssert.AreEqual(new[] { "square", "box" }, start.Labels.ToArray());
            var kept = DetectorStart.Create(_train, new DetectorStartOptions { Start = _folder[path] });
            CollectionAssert.AreEqual(Values(kept.Network.Model, "layer_06_convolutional/kernel"), Values(start.Network.Model, "layer_06_convolutional/kernel"));
            CollectionAssert.AreNotEqual(Values(kept.Network.Model, "layer_07_convolutional/kernel"), Values(start.Network.Model, "layer_07_convolutional/kernel"));
        }
    }

    [TestMethod]
    public void Create_CutWeights_FillsTheLayersThatTheFileHas()
    {
        var (files, _) = RandomDetector();
        // Header; first layer: bias, scale, mean, variance of 8, kernels of 8·3·9.
        File.WriteAllBytes(_folder["squares.conv.1"], files.Weights[..(20 + (4 * ((4 * 8) + (8 * 27))))]);
        var start = DetectorStart.Create(_train, new DetectorStartOptions { Network = _folder.Network, Start = _folder["squares.conv.1"] });
        Assert.AreEqual(1, start.LoadedLayers);
        Assert.IsFalse(start.IsWhole);
        Assert.IsTrue(start.HasProposed);
    }

    [TestMethod]
    public void Create_AnchorChoices_AreAsAsked()
    {
        var options = new DetectorStartOptions { Network = _folder.Network };
        var kept = DetectorStart.Create(_train, options with { AnchorChoice = DetectorAnchorChoice.Keep });
        CollectionAssert.AreEqual(new float[] { 1, 1, 2, 2, 3, 3 }, kept.Anchors.Values.ToArray());
        Assert.AreEqual(new BoxSize(8, 8), kept.Anchors.Sizes[0]);
        var found = DetectorStart.Create(_train, options);
        Assert.IsTrue(found.HasProposed);
        Assert.IsGreaterThan(kept.Anchors.Fit.MeanIoU, found.Anchors.Fit.MeanIoU);
        CollectionAssert.AreEqual(found.Anchors.Values.Select(v => (double)v).ToArray(), found.Network.Heads[0].Numbers("anchors").ToArray());
        Assert.AreEqual(found.Anchors.Fit.MeanIoU, kept.Proposed!.Fit.MeanIoU, 1e-9);
        var given = DetectorStart.Create(_train, options with { Anchors = [1, 2, 3, 4] });
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, given.Anchors.Values.ToArray());
        Assert.AreEqual(14, given.Network.Layers[^1].Channels);
    }

    [TestMethod]
    public void Create_FoldedNetworkAndUnreadableImages_MeasuresOnTheOthers()
    {
        var (_, folded) = RandomDetector();
        folded.Save(_folder["folded.onnx"]);
        var options = new DetectorStartOptions { Start = _folder["folded.onnx"] };
        File.WriteAllBytes(_train.Images[0].Path, File.ReadAllBytes(_train.Images[0].Path)[..60]);
        Assert.AreEqual(5, DetectorStart.Create(_train, options).LoadedLayers);
        foreach (var image in _train.Images) File.WriteAllBytes(image.Path, [1, 2, 3]);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => DetectorStart.Create(_train, options)).Message, ".png");
    }

    [TestMethod]
    public void Create_WhatCannotStart_SaysWhatIsExpected()
    {
        var (files, folded) = RandomDetector();
        folded.Metadata[DetectorStart.NetworkKey] = null;
        folded.Save(_folder["folded.onnx"]);
        File.WriteAllBytes(_folder["lone.weights"], files.Weights);
        files.Write(_folder["whole.weights"]);
        void Refused<T>(DetectorStartOptions options, string expected) where T : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => DetectorStart.Create(_train, options)).Message, expected);
        Refused<BadModelException>(new() { Start = _folder["folded.onnx"] }, ".cfg");
        Refused<BadModelException>(new() { Start = _folder["folded.onnx"], Network = "small" }, "layer_00_convolutional/");
        Refused<BadModelException>(new() { Start = "flowers" }, "YOLO");
        Refused<ArgumentException>(new() { Start = _folder["lone.weights"] }, "lone.cfg");
        Refused<ArgumentException>(new() { Start = _folder["whole.cfg"], Network = "small" }, "small");
        Refused<ArgumentException>(new() { Network = "tiny" }, "small, base");
        Refused<BadModelException>(new() { Network = _folder["none.cfg"] }, "none.cfg");
    }

    [TestMethod]
    public void Create_BundledDetector_IsWholeByItselfWithItsOwnSizeAndAnchors()
    {
        var start = DetectorStart.Create(Cells(), new DetectorStartOptions { Start = "blood-cells" });
        Assert.IsTrue(start.IsWhole);
        var resize = DetectorStart.ResizeOf(start.Network);
        Assert.AreEqual((416, 320, ResizeMode.Letterbox), (resize.Width, resize.Height, resize.Mode));
        Assert.IsNull(start.OtherResize);
        Assert.AreEqual(1.6557f, start.Anchors.Values[0]);
    }

    /// <summary>A detector that does not state its network, and was trained on stretched images.</summary>
    [TestMethod]
    public void Create_DetectorWithoutItsNetwork_ResizesAsItDid()
    {
        var detector = ModelLocator.Open(Shared.Path("models", "darknet", "blood-cells.cfg"));
        detector.Metadata[VisionMetadata.ResizeKey] = "stretch";
        detector.Save(_folder["stretched.onnx"]);
        var train = Cells();
        var start = DetectorStart.Create(train, new DetectorStartOptions { Start = _folder["stretched.onnx"] });
        Assert.IsTrue(start.IsWhole);
        Assert.AreEqual(ResizeMode.Stretch, DetectorStart.ResizeOf(start.Network).Mode);
        Assert.IsNull(start.OtherResize);

        var named = DetectorStart.Create(train, new DetectorStartOptions { Start = _folder["stretched.onnx"], Network = "small" });
        Assert.AreEqual(ResizeMode.Letterbox, DetectorStart.ResizeOf(named.Network).Mode);
        Assert.AreEqual(ResizeMode.Stretch, named.OtherResize);
    }

    /// <summary>The folder's images as if they showed cells.</summary>
    private DetectionDataSet Cells()
    {
        File.WriteAllText(_folder["data.yaml"], "train: images/train\nval: images/val\nnames: [RBC, WBC, Platelets]\n");
        return DetectorData.Open(_folder.Path).Train;
    }

    private (DarknetFiles Files, OnnxModel Folded) RandomDetector()
    {
        var network = DarknetTrainingNetwork.Load(_folder.Network, new DarknetTrainingOptions { Seed = 4 });
        var random = new Random(5);
        foreach (var tensor in network.Model.Graph.Initializer.Where(t => t.Name.StartsWith("layer_", StringComparison.Ordinal) && t.Dims.Count == 1))
        {
            var isVariance = tensor.Name.EndsWith("variance", StringComparison.Ordinal);
            var values = TensorData.Floats(tensor).ToArray();
            for (var i = 0; i < values.Length; i++) values[i] = isVariance ? 0.2f + random.NextSingle() : values[i] + (0.4f * random.NextSingle()) - 0.2f;
            tensor.FloatData.Clear();
            tensor.RawData = Google.Protobuf.ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        var files = DarknetFiles.Of(network, network.Model, 0, ["blue", "red"]);
        return (files, files.Import());
    }

    /// <summary>The mean and variance of the first convolution's output over the images, one multiplication after the other.</summary>
    private (double[] Mean, double[] Variance) NaiveMoments(DarknetTrainingNetwork network)
    {
        var kernel = Values(network.Model, "layer_00_convolutional/kernel");
        var outputs = Enumerable.Range(0, 8).Select(_ => new List<double>()).ToArray();
        foreach (var image in _train.Images)
        {
            using var pixels = RgbImage.Load(image.Path);
            for (var c = 0; c < 8; c++)
            for (var y = 0; y < 64; y++)
            for (var x = 0; x < 64; x++)
            {
                var sum = 0.0;
                for (var channel = 0; channel < 3; channel++)
                for (var i = 0; i < 9; i++)
                {
                    var (px, py) = (x + (i % 3) - 1, y + (i / 3) - 1);
                    if (px is >= 0 and < 64 && py is >= 0 and < 64)
                        sum += kernel[(((c * 3) + channel) * 9) + i] * pixels.Pixels[(((py * 64) + px) * 4) + channel] / 255.0;
                }
                outputs[c].Add(sum);
            }
        }
        var mean = Array.ConvertAll(outputs, o => o.Average());
        return (mean, [.. outputs.Select((o, c) => o.Average(v => (v - mean[c]) * (v - mean[c])))]);
    }

    private float[] Raw(OnnxModel model)
    {
        using var session = Onnx.Runtime.OnnxSession.Open(model);
        using var image = RgbImage.Load(_train.Images[0].Path);
        var pixels = new float[3 * 64 * 64];
        TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.Unit);
        using var input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, 64, 64]);
        using var outputs = session.Run([model.Inputs[0].Name], [input], ["grid_0"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertSame(float[] expected, float[] actual, string message)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 5e-4 * (1 + Math.Abs(expected[i])), $"{message}, value {i}");
    }

    private static float[] Values(OnnxModel model, string name) => TensorData.Floats(model.Graph.Initializer.Single(t => t.Name == name)).ToArray();
}
