using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Classification.Features;

[TestClass]
public sealed class FeaturizerTests
{
    private const string Vgg = "onnx/vgg16-notop.onnx";

    [TestMethod]
    [DataRow(Vgg, "block5_pool", "vgg16-keras", "caffe", 224, 512, 25_088)]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx", "MobilenetV2/Logits/AvgPool_prequant", "mobilenet-v2-tf", "raw", 224, 1280, 1280)]
    [DataRow("onnx/squeezenet-fp16.onnx", "fire9/concat_2", "squeezenet-caffe", "caffe", 224, 512, 86_528)]
    [DataRow("ours/flowers.onnx", "/ReduceMean_output_0", "mobilenet-v2", "imagenet", 160, 320, 320)]
    public void Load_SharedNetwork_CutsAtItsLastPoolingWithItsPreprocessing(
        string file, string layer, string preset, string preprocess, int size, int pooled, int flat)
    {
        var path = Model(file);
        using var featurizer = Featurizer.Load(path);
        using var flattening = Featurizer.Load(path, new FeaturizerOptions { Pooling = FeaturePooling.Flatten });
        Assert.AreEqual(layer, featurizer.Layer);
        Assert.AreEqual(preset, featurizer.Preset?.Name);
        Assert.AreEqual(preprocess, featurizer.Preprocess);
        Assert.AreEqual((size, size), (featurizer.Resize.Width, featurizer.Resize.Height));
        Assert.AreEqual((pooled, flat), (featurizer.FeatureCount, flattening.FeatureCount));
        CollectionAssert.AreEqual(new[] { "features" }, featurizer.Model.Outputs.Select(o => o.Name).ToArray());
    }

    [TestMethod]
    [DataRow(Vgg, "block5_pool", 64)]
    [DataRow(Vgg, "block4_conv2", 64)]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx", "MobilenetV2/expanded_conv_15/add_prequant", null)]
    [DataRow("onnx/squeezenet-fp16.onnx", "fire9/concat_1", null)]
    public void Extract_Layer_IsWhatOnnxRuntimeGivesThere(string file, string layer, int? size)
    {
        var path = Model(file);
        var image = Shared.Path("data", "images", "dog.jpg");
        var options = new FeaturizerOptions { Cut = layer, Size = size is { } side ? (side, side) : null, Threads = 1 };
        using var averaging = Featurizer.Load(path, options);
        using var flattening = Featurizer.Load(path, options with { Pooling = FeaturePooling.Flatten });
        var map = NaiveFeatures.Map(OnnxModel.Load(path), layer, image, size ?? 224, PixelNormalization.Parse(averaging.Preprocess));
        AssertNear([.. map.SelectMany(c => c)], flattening.Extract(image));
        AssertNear([.. map.Select(c => (float)c.Average(v => (double)v))], averaging.Extract(image));
    }

    [TestMethod]
    public void Extract_ChannelsLast_AveragesTheSameAndFlattensInTheirOrder()
    {
        var path = Model(Vgg);
        var image = Shared.Path("data", "images", "dog.jpg");
        float[] Extract(string cut, FeaturePooling pooling)
        {
            using var featurizer = Featurizer.Load(path, new FeaturizerOptions { Cut = cut, Pooling = pooling, Size = (64, 64), Threads = 1 });
            return featurizer.Extract(image);
        }
        AssertNear(Extract("block5_pool", FeaturePooling.GlobalAverage), Extract("features", FeaturePooling.GlobalAverage));
        var planar = Extract("block5_pool", FeaturePooling.Flatten);
        AssertNear([.. Enumerable.Range(0, planar.Length).Select(i => planar[(i % 512 * 4) + (i / 512)])], Extract("features", FeaturePooling.Flatten));
    }

    [TestMethod]
    public async Task ExtractManyAsync_SomeBad_KeepsOrderAndNamesThem()
    {
        using var broken = new TemporaryFile(".jpg");
        File.WriteAllText(broken.Path, "no image");
        string[] paths = [Shared.Path("data", "images", "dog.jpg"), broken.Path, Shared.Path("data", "images", "cars.jpg"), "absent.png"];
        using var featurizer = Featurizer.Load(Model("ours/flowers.onnx"));
        var outcomes = new List<Outcome<float[]>>();
        await foreach (var outcome in featurizer.ExtractManyAsync(paths)) outcomes.Add(outcome);
        CollectionAssert.AreEqual(paths, outcomes.Select(o => o.Image).ToArray());
        CollectionAssert.AreEqual(new[] { true, false, true, false }, outcomes.Select(o => o.Result is not null).ToArray());
        StringAssert.Contains(outcomes[1].Error!.Message, broken.Path);
        AssertNear(featurizer.Extract(paths[2]), outcomes[2].Result!);
    }

    [TestMethod]
    public void Key_WhatChangesFeatures_ChangesIt()
    {
        var path = Model("ours/flowers.onnx");
        FeaturizerOptions[] options =
        [
            new(), new() { Preprocess = "tf" }, new() { Resize = ResizeMode.Crop }, new() { Resampler = Resampler.Nearest },
            new() { Cut = "/f/f.12/Add" }, new() { Cut = "/f/f.12/Add", Pooling = FeaturePooling.Flatten },
        ];
        string KeyOf(FeaturizerOptions o)
        {
            using var featurizer = Featurizer.Load(path, o);
            return featurizer.Key;
        }
        var keys = options.Select(KeyOf).ToList();
        CollectionAssert.AllItemsAreUnique(keys);
        Assert.AreEqual(keys[0], KeyOf(new FeaturizerOptions { Threads = 1 }));
        Assert.AreEqual(64, keys[0].Length);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Load_SavedClassifier_GivesTheFeaturesOfItsNetwork(bool standalone)
    {
        using var zip = new TemporaryFile(".zip");
        using (var classifier = ImageClassifier.Load("flowers"))
        {
            if (standalone) classifier.SaveStandaloneZip(zip.Path);
            else classifier.SaveZip(zip.Path);
        }
        using var network = Featurizer.Load("flowers");
        using var saved = Featurizer.Load(zip.Path);
        Assert.AreEqual((network.Layer, network.FeatureCount, network.Resize), (saved.Layer, saved.FeatureCount, saved.Resize));
        var image = Shared.Path("data", "images", "dog.jpg");
        AssertNear(network.Extract(image), saved.Extract(image));
    }

    private static string Model(string file) => Shared.Path(["models", .. file.Split('/')]);

    private static void AssertNear(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], 2e-3f * scale, $"feature {i}");
    }
}
