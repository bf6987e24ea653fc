using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx.Tests.Import.Torch7;

namespace MlNetVision.Tests.Style;

/// <summary>Torch7 networks as vision opens them.</summary>
[TestClass]
public sealed class Torch7NetworksTests
{
    // Goldens: OpenCV's readNetFromTorch on the photo cropped to a multiple of four, BGR less VGG's mean, which is added to the output.
    [TestMethod]
    [DataRow("candy")]
    [DataRow("mosaic")]
    public void Import_PublishedNetwork_ImageAsOpenCvsWithin40Decibels(string name)
    {
        var model = ModelLocator.Open(Shared.Path("models", "torch7", $"{name}.t7"));
        Assert.AreEqual(("stylize", "caffe", "4"), (model.Metadata[VisionMetadata.TaskKey], model.Metadata[VisionMetadata.PreprocessKey], model.Metadata["stride"]));
        using var golden = RgbImage.Load(Shared.Path("goldens", "style", $"{name}.t7", "chicago.png"));
        using var photo = RgbImage.Load(Shared.Path("data", "images", "chicago.jpg"));
        Assert.AreEqual((photo.Width / 4 * 4, photo.Height / 4 * 4), (golden.Width, golden.Height));
        var mean = PixelNormalization.Caffe.Mean;
        // Channel 0 is blue.
        var input = Planes.Of(3, golden.Height, golden.Width, (c, y, x) => photo.Pixels[(y * photo.Width + x) * 4 + 2 - c] - mean[c]);
        var output = input.Through(model);
        Assert.AreEqual((golden.Width, golden.Height), (output.Width, output.Height));
        double squares = 0;
        for (var c = 0; c < 3; c++)
            for (var i = 0; i < golden.Width * golden.Height; i++)
                squares += Math.Pow(Math.Clamp(Math.Round(output.Values[c * golden.Width * golden.Height + i] + mean[c]), 0, 255) - golden.Pixels[4 * i + 2 - c], 2);
        var decibels = 10 * Math.Log10(255 * 255 / (squares / output.Values.Length));
        Assert.IsGreaterThan(40, decibels);
    }

    [TestMethod]
    public void Import_NeuralDoodle_RefusedByTheModulesPath()
    {
        var path = Shared.Path("models", "torch7", "starry_night_doodle.t7");
        var e = Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(path));
        StringAssert.Contains(e.Message, $"{path}: module 1 (nn.NoiseFill): this module is not supported; supported are Sequential, ");
    }

    [TestMethod]
    [DataRow("resnet", "imagenet")]
    [DataRow("vgg", "caffe")]
    public void Open_Checkpoint_SaysItsInputNormalisation(string said, string expected)
    {
        using var file = new TemporaryFile(".t7");
        File.WriteAllBytes(file.Path, Torch7Writer.Bytes(LuaTable.Of(("model", TorchModules.Same(3)), ("opt", LuaTable.Of(("preprocessing", said))))));
        var model = ModelLocator.Open(file.Path);
        Assert.AreEqual(expected, model.Metadata[VisionMetadata.PreprocessKey]);
        // The order of the keys is part of a converted file's bytes.
        CollectionAssert.AreEqual(new[] { VisionMetadata.TaskKey, VisionMetadata.PreprocessKey, VisionMetadata.StrideKey }, model.Metadata.Keys.ToArray());
    }

    [TestMethod]
    public void Open_CheckpointThatSaysNothing_StylizesByCaffe()
    {
        using var file = new TemporaryFile(".t7");
        File.WriteAllBytes(file.Path, Torch7Writer.Bytes(TorchModules.Checkpoint()));
        var model = ModelLocator.Open(file.Path);
        Assert.AreEqual(("stylize", "caffe", "2"), (model.Metadata[VisionMetadata.TaskKey], model.Metadata[VisionMetadata.PreprocessKey], model.Metadata["stride"]));
    }
}
