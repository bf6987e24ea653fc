using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Style;

namespace MlNetVision.Tests.Style;

[TestClass]
public sealed class StylePipelineTests
{
    [TestMethod]
    [DataRow(ResizeMode.Letterbox)]
    [DataRow(ResizeMode.Stretch)]
    public void Transform_SavedAndLoaded_AnswersAsThePlainStylizer(ResizeMode resize)
    {
        using var file = new TemporaryFile(".onnx");
        TinyStyle.Johnson().Save(file.Path);
        var options = new ImageStylizerOptions { Resize = resize, Size = (96, 64), Preprocess = "raw-bgr" };
        using var stylizer = ImageStylizer.Load(file.Path, options);
        using var zip = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        stylizer.SaveZip(plain.Path);
        using var reopened = ImageStylizer.Load(plain.Path);
        using var sized = ImageStylizer.Load(TinyStyle.Johnson(width: 96, height: 64), new ImageStylizerOptions { Resize = resize, Preprocess = "raw-bgr" });
        using var first = new TemporaryFile(".png");
        using var second = new TemporaryFile(".png");
        foreach (var (name, width, height) in new[] { (first, 150, 80), (second, 41, 77) })
        {
            using var image = StyleImages.Waves(width, height);
            image.Save(name.Path);
        }
        string[] paths = [first.Path, second.Path];

        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }));
        var chain = ml.Transforms.StylizeImages(file.Path, options: options).Fit(data);
        var images = ml.Transforms.LoadUprightImages("Image", "ImagePath").Append(ml.Transforms.StylizeImages(file.Path, inputColumnName: "Image", options: options)).Fit(data);
        ml.Model.Save(chain, data.Schema, zip.Path);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "Stylized", "Error" }, chain.GetOutputSchema(data.Schema).Select(c => c.Name).ToArray());

        Assert.AreEqual(("raw-bgr", resize, true), (reopened.Preprocess, reopened.Resize.Mode, reopened.TakesAnySize));
        foreach (var path in paths)
        {
            // The plain door takes the saved network at the photo's own size again.
            using var before = stylizer.Stylize(path);
            using var after = reopened.Stylize(path);
            Assert.IsLessThanOrEqualTo(1, StyleImages.Largest(before.Stylized, after.Stylized));
        }
        foreach (var fitted in new[] { chain, images, new MLContext().Model.Load(zip.Path, out _), new MLContext().Model.Load(plain.Path, out _) })
        {
            var styled = ml.Data.CreateEnumerable<StyledRow>(fitted.Transform(data), reuseRowObject: false).Select(r => r.Stylized!).ToList();
            for (var i = 0; i < paths.Length; i++)
            {
                using var expected = sized.Stylize(paths[i]);
                Assert.AreEqual((expected.Width, expected.Height), (styled[i].Width, styled[i].Height));
                // One level where a float lies on the edge of rounding: the chain takes bytes.
                for (var p = 0; p < styled[i].Pixels.Length; p++) Assert.AreEqual(expected.Stylized.Pixels[p], styled[i].Pixels[p], 1.0);
            }
        }
    }

    [TestMethod]
    public void Transform_Tiles_AreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Transforms.StylizeImages(TinyStyle.Johnson(), options: new ImageStylizerOptions { Tile = true }));

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class StyledRow
    {
        [AnySizeImageType]
        public MLImage? Stylized { get; set; }
    }
}
