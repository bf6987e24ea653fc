using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Imaging;
using MlNetVision.Pipelines;
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
        var options = new ImageStylizerOptions { Resize = resize, PipelineWidth = 96, PipelineHeight = 64, Preprocess = "raw-bgr" };
        using var stylizer = ImageStylizer.Load(file.Path, options);
        using var zip = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        stylizer.SaveZip(plain.Path);
        using var reopened = ImageStylizer.Load(plain.Path);
        using var first = new TemporaryFile(".png");
        using var second = new TemporaryFile(".png");
        foreach (var (name, width, height) in new[] { (first, 150, 80), (second, 41, 77) })
        {
            using var picture = StylePictures.Waves(width, height);
            picture.Save(name.Path);
        }
        string[] paths = [first.Path, second.Path];

        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(paths.Select(p => new PictureRow { ImagePath = p }));
        var chain = ml.Transforms.StylizeImages(file.Path, options: options).Fit(data);
        var images = ml.Transforms.LoadPictures("Image", "ImagePath").Append(ml.Transforms.StylizeLoadedImages(file.Path, options: options)).Fit(data);
        ml.Model.Save(chain, data.Schema, zip.Path);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "Stylized" }, chain.GetOutputSchema(data.Schema).Select(c => c.Name).ToArray());

        Assert.AreEqual(("raw-bgr", resize, false), (reopened.Preprocess, reopened.Resize.Mode, reopened.TakesAnySize));
        foreach (var fitted in new[] { chain, images, new MLContext().Model.Load(zip.Path, out _), new MLContext().Model.Load(plain.Path, out _) })
        {
            var styled = ml.Data.CreateEnumerable<StyledRow>(fitted.Transform(data), reuseRowObject: false).Select(r => r.Stylized!).ToList();
            for (var i = 0; i < paths.Length; i++)
            {
                using var expected = reopened.Stylize(paths[i]);
                Assert.AreEqual((expected.Width, expected.Height), (styled[i].Width, styled[i].Height));
                Assert.IsTrue(expected.Picture.Pixels.SequenceEqual(styled[i].Pixels));
            }
        }
    }

    [TestMethod]
    public void Transform_Tiles_AreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Transforms.StylizeImages(TinyStyle.Johnson(), options: new ImageStylizerOptions { Tile = true }));

    private sealed class PictureRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class StyledRow
    {
        [AnySizeImageType]
        public MLImage? Stylized { get; set; }
    }
}
