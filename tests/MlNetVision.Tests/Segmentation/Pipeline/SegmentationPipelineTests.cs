using System.Diagnostics;
using Microsoft.ML;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class SegmentationPipelineTests
{
    [TestMethod]
    [DataRow("deeplabv3-mobilenetv2-voc-257", ResizeMode.Stretch)]
    [DataRow("deeplabv3-mobilenetv2-voc-257", ResizeMode.Letterbox)]
    [DataRow("deeplabv3-mobilenetv2-voc-513-uint8", ResizeMode.Letterbox)]
    public void Transform_SavedAndLoaded_AnswersAsThePlainSegmenter(string name, ResizeMode resize)
    {
        var model = Shared.Path("models", "onnx", $"{name}.onnx");
        var options = new SegmenterOptions { Resize = resize };
        using var segmenter = Segmenter.Load(model, options);
        string[] paths = [Shared.Path("data", "images", "dog.jpg"), Shared.Path("data", "images", "cycle.jpg")];
        var expected = paths.Select(p => segmenter.Segment(p).Mask).ToList();

        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }));
        var chain = ml.Transforms.SegmentImages(model, options: options).Fit(data);
        var images = ml.Transforms.LoadUprightImages("Image", "ImagePath").Append(ml.Transforms.SegmentImages(model, inputColumnName: "Image", options: options)).Fit(data);
        using var zip = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        ml.Model.Save(chain, data.Schema, zip.Path);
        segmenter.SaveZip(plain.Path);
        CollectionAssert.AreEquivalent(new[] { "ImagePath", "Mask", "Error" }, chain.GetOutputSchema(data.Schema).Select(c => c.Name).ToArray());

        foreach (var fitted in new[] { chain, images, new MLContext().Model.Load(zip.Path, out _), new MLContext().Model.Load(plain.Path, out _) })
        {
            var masks = ml.Data.CreateEnumerable<MaskRow>(fitted.Transform(data), reuseRowObject: false).Select(r => r.Mask!).ToList();
            for (var i = 0; i < paths.Length; i++) AssertSame(expected[i], masks[i]);
        }
        using var reopened = Segmenter.Load(zip.Path);
        Assert.AreEqual(resize, reopened.Resize.Mode);
        AssertSame(expected[0], reopened.Segment(paths[0]).Mask);
    }

    [TestMethod]
    public void SaveAndLoad_FreshProcess_SameMasks()
    {
        string[] streets = [Path.Combine(Shared.Repository, "assets", "images", "street.png"), Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png")];
        using var folder = new TemporaryFolder();
        using var segmenter = Segmenter.Load("streets", new() { Resize = ResizeMode.Letterbox, Upsampling = MaskUpsampling.Classes });
        segmenter.SaveZip(folder.Path("streets.zip"));
        var sample = Path.Combine(Shared.Repository, "src", "Samples", "StreetMasks", "bin", Configuration, "net10.0", "StreetMasks.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [sample, folder.Path("streets.zip"), folder.Path("masks"), .. streets]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        foreach (var street in streets)
        {
            var mask = segmenter.Segment(street).Mask;
            var found = MaskPng.Load(folder.Path($"masks/{Path.GetFileNameWithoutExtension(street)}.mask.png"), mask.Labels);
            AssertSame(mask, found);
            StringAssert.Contains(output, $"{Path.GetFileName(street)}: {mask.Shares()[0].Label} {mask.Shares()[0].Pixels}");
        }
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static void AssertSame(SegmentationMask expected, SegmentationMask found)
    {
        Assert.AreEqual((expected.Width, expected.Height), (found.Width, found.Height));
        Assert.IsTrue(expected.Classes.SequenceEqual(found.Classes));
        CollectionAssert.AreEqual(expected.Labels.ToArray(), found.Labels.ToArray());
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class MaskRow
    {
        [SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }
}
