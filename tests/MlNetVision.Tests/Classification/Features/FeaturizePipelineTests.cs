using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.Classification.Features;

[TestClass]
public sealed class FeaturizePipelineTests
{
    [TestMethod]
    [DataRow("onnx/mobilenetv2-imagenet-224-uint8.onnx", ResizeMode.Stretch)]
    [DataRow("onnx/squeezenet-fp16.onnx", ResizeMode.Crop)]
    [DataRow("ours/flowers.onnx", ResizeMode.Letterbox)]
    public void Transform_SavedAndLoaded_GivesThePlainFeatures(string file, ResizeMode resize)
    {
        var model = Shared.Path(["models", .. file.Split('/')]);
        var options = new FeaturizerOptions { Resize = resize };
        using var featurizer = Featurizer.Load(model, options);
        string[] paths = [Shared.Path("data", "images", "dog.jpg"), Shared.Path("data", "images", "cycle.jpg")];
        var expected = paths.Select(p => featurizer.Extract(p)).ToList();

        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }));
        var chain = ml.Transforms.FeaturizeImages(model, options: options).Fit(data);
        var images = ml.Transforms.LoadUprightImages("Image", "ImagePath").Append(ml.Transforms.FeaturizeImages(model, inputColumnName: "Image", options: options)).Fit(data);
        using var zip = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        ml.Model.Save(chain, data.Schema, zip.Path);
        featurizer.SaveZip(plain.Path);
        var schema = chain.GetOutputSchema(data.Schema);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "Features", "Error" }, schema.Select(c => c.Name).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, featurizer.FeatureCount), schema["Features"].Type);

        foreach (var fitted in new[] { chain, images, new MLContext().Model.Load(zip.Path, out _), new MLContext().Model.Load(plain.Path, out _) })
        {
            var rows = ml.Data.CreateEnumerable<FeatureRow>(fitted.Transform(data), reuseRowObject: false).Select(r => r.Features!).ToList();
            for (var i = 0; i < paths.Length; i++) AssertSame(expected[i], rows[i]);
        }
        using var reopened = Featurizer.Load(zip.Path);
        Assert.AreEqual((featurizer.Layer, resize), (reopened.Layer, reopened.Resize.Mode));
        AssertSame(expected[0], reopened.Extract(paths[0]));
        using var again = new TemporaryFile(".zip");
        reopened.SaveZip(again.Path);
        using var twice = Featurizer.Load(again.Path);
        AssertSame(expected[1], twice.Extract(paths[1]));
    }

    // ONNX Runtime may fold the normalisation of a pipeline otherwise than we pack.
    private static void AssertSame(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], 2e-2f, $"feature {i}");
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class FeatureRow
    {
        public float[]? Features { get; set; }
    }
}
