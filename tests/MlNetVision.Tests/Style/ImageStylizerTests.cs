using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Style;

namespace MlNetVision.Tests.Style;

[TestClass]
public sealed class ImageStylizerTests
{
    public static IEnumerable<object[]> Presets => PixelNormalization.Presets.SelectMany(p => new[] { new object[] { p.Name, true }, [p.Name, false] });

    // What the way in does, the way out undoes: a network that changes nothing changes nothing.
    [TestMethod]
    [DynamicData(nameof(Presets))]
    public void Stylize_IdentityOfAnySize_GivesThePhotoBack(string preprocess, bool channelsLast)
    {
        using var photo = StyleImages.Waves(101, 67);
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity(channelsLast: channelsLast), new ImageStylizerOptions { Preprocess = preprocess });

        using var result = stylizer.Stylize(ImageSource.FromImage(photo, "waves"));

        Assert.IsTrue(stylizer.TakesAnySize);
        Assert.AreEqual(("waves", 101, 67), (result.Image, result.Width, result.Height));
        Assert.AreEqual(0, StyleImages.Largest(photo, result.Stylized));
    }

    [TestMethod]
    [DataRow(ResizeMode.Letterbox, 300, 120)]
    [DataRow(ResizeMode.Letterbox, 60, 250)]
    [DataRow(ResizeMode.Stretch, 300, 120)]
    public void Stylize_IdentityOfOneSize_GivesThePhotoBackResampled(ResizeMode resize, int width, int height)
    {
        using var photo = Smooth(width, height);
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity(200, 160), new ImageStylizerOptions { Resize = resize });

        using var result = stylizer.Stylize(photo);

        Assert.IsFalse(stylizer.TakesAnySize);
        Assert.IsGreaterThan(42, StyleImages.Psnr(photo, result.Stylized));
    }

    [TestMethod]
    public void Load_SavedNetworkWhoseOutputIsAConstant_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using (var stylizer = ImageStylizer.Load(TinyStyle.Identity())) stylizer.SaveZip(folder.Path("style.zip"));
        var model = ModelLocator.Open(folder.Path("style.zip"));
        var constant = new GraphWriter(model, "", position: 0).Floats("constant", [1, 2, 3], 1, 3, 1, 1);
        model.Graph.Node.First(n => n.Output.Contains("stylized")).Input[0] = constant;
        var error = Assert.ThrowsExactly<BadModelException>(() => ImageStylizer.Load(model));
        StringAssert.Contains(error.Message, "does not depend on the image");
    }

    /// <summary>A model declares an image, and gives three axes.</summary>
    [TestMethod]
    public void Stylize_OutputThatIsNoImage_NamesItsShape()
    {
        var graph = new GraphWriter("other");
        var input = graph.Input("image", Onnx.Proto.TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        graph.Output(graph.Node("Reshape", "stylized", [input, graph.Integers("shape", [0, 0, -1], 3)]), Onnx.Proto.TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        using var stylizer = ImageStylizer.Load(graph.Build("other"));
        using var photo = StyleImages.Waves(64, 64);
        var error = Assert.ThrowsExactly<BadModelException>(() => stylizer.Stylize(photo));
        StringAssert.Contains(error.Message, "'stylized' has the shape 1×3×4096");
    }

    [TestMethod]
    public void Load_NothingSaid_TakesRawAndSaysSo()
    {
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity(64, 64));

        Assert.AreEqual("raw", stylizer.Preprocess);
        StringAssert.Contains(stylizer.Assumptions.Single(), "'raw'");
    }

    [TestMethod]
    public void Load_Crop_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => ImageStylizer.Load(TinyStyle.Identity(64, 64), new ImageStylizerOptions { Resize = ResizeMode.Crop }));

    [TestMethod]
    public void Load_TilesOfANetworkOfOneSize_AreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => ImageStylizer.Load(TinyStyle.Identity(64, 64), new ImageStylizerOptions { Tile = true }));

    [TestMethod]
    public void Load_NetworkOfScores_IsRefused()
    {
        var model = OnnxModel.Load(Path.Combine(Shared.Repository, "assets", "models", "streets.onnx"));
        model.Metadata[VisionMetadata.TaskKey] = null;

        var error = Assert.ThrowsExactly<BadModelException>(() => ImageStylizer.Load(model));

        StringAssert.Contains(error.Message, "a style network gives an image");
    }

    [TestMethod]
    public async Task StylizeMany_OneBadFile_IsAnErrorAmongResultsInOrder()
    {
        using var good = new TemporaryFile(".png");
        using var photo = StyleImages.Waves(70, 66);
        photo.Save(good.Path);
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity());
        string[] paths = [good.Path, "absent.png", good.Path];
        var written = 0;

        var outcomes = new List<Outcome<StyleResult>>();
        await foreach (var outcome in stylizer.StylizeManyAsync(paths, (_, _) => Interlocked.Increment(ref written))) outcomes.Add(outcome);

        CollectionAssert.AreEqual(paths, outcomes.Select(o => o.Image).ToArray());
        Assert.IsInstanceOfType<BadImageException>(outcomes[1].Error);
        Assert.AreEqual(2, written);
        foreach (var result in outcomes.Select(o => o.Result).OfType<StyleResult>())
        {
            using (result) Assert.AreEqual(0, StyleImages.Largest(photo, result.Stylized));
        }
    }

    [TestMethod]
    public async Task StylizeMany_ThenThrows_FilesAreOutcomesAndTheRestEndsIt()
    {
        using var good = new TemporaryFile(".png");
        using var photo = StyleImages.Waves(70, 66);
        photo.Save(good.Path);
        using var stylizer = ImageStylizer.Load(TinyStyle.Identity());

        var outcome = await stylizer.StylizeManyAsync([good.Path], (_, _) => throw new IOException("full")).FirstAsync();
        Assert.AreEqual("full", outcome.Error?.Message);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await stylizer.StylizeManyAsync([good.Path], (_, _) => throw new InvalidOperationException()).FirstAsync());
    }

    // Some seconds of work, stopped within.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Stylize_CancelledAtWork_StopsBetweenLayers(bool isTiled)
    {
        using var photo = StyleImages.Waves(2000, 1500);
        using var stylizer = ImageStylizer.Load("starry-night", new ImageStylizerOptions { Tile = isTiled });
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(100));

        Assert.Throws<OperationCanceledException>(() => stylizer.Stylize(photo, cancellationToken: stop.Token));
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(0, true)]
    [DataRow(64, false)]
    public void Stylize_Cancelled_StopsAndWorksAgain(int side, bool isTiled)
    {
        using var photo = StyleImages.Waves(70, 66);
        using var stylizer = ImageStylizer.Load(TinyStyle.Johnson(width: side, height: side), new ImageStylizerOptions { Tile = isTiled, TileSize = 64 });

        Assert.Throws<OperationCanceledException>(() => stylizer.Stylize(photo, cancellationToken: new CancellationToken(true)));

        using var result = stylizer.Stylize(photo);
        Assert.AreEqual((70, 66), (result.Width, result.Height));
    }

    [TestMethod]
    public void Stylize_ImageOfOnePixel_IsMirroredUp()
    {
        using var photo = StyleImages.Waves(1, 1);
        using var stylizer = ImageStylizer.Load(TinyStyle.Johnson());

        using var result = stylizer.Stylize(photo);

        Assert.AreEqual((1, 1), (result.Width, result.Height));
    }

    private static RgbImage Smooth(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < image.Pixels.Length; i += 4)
        {
            var (x, y) = (i / 4 % width, i / 4 / width);
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2], image.Pixels[i + 3]) =
                ((byte)(200.0 * x / width), (byte)(255.0 * y / height), (byte)(255 - 200.0 * x / width), 255);
        }
        return image;
    }
}
