using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Tests.Imaging;
using SkiaSharp;

namespace MlNetVision.Tests.Inference;

/// <summary>One image, wherever it is: all forms give the same pixels to the network.</summary>
[TestClass]
public sealed class ImageSourceTests : IDisposable
{
    private readonly RgbImage _image = TestImages.Gradient(37, 23);
    private readonly TemporaryFile _file = new(".png");

    public ImageSourceTests() => _image.Save(_file.Path);

    public void Dispose()
    {
        _image.Dispose();
        _file.Dispose();
    }

    public static IEnumerable<object[]> Forms => new[] { "path", "bytes", "stream", "image", "bitmap", "MLImage", "rgb", "bgr", "rgba", "bgra", "stride" }.Select(f => new object[] { f });

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void Open_AnyForm_GivesTheSamePixels(string form)
    {
        using var owned = new Owned();
        using var opened = Source(form, owned).Open(limits: null, srgb: false);
        Assert.AreEqual((37, 23), (opened.Image.Width, opened.Image.Height));
        Assert.IsTrue(opened.Image.Pixels.SequenceEqual(_image.Pixels), form);
    }

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void Run_AnyForm_LeavesTheCallersImageAlone(string form)
    {
        using var owned = new Owned();
        using var classifier = ImageClassifier.Load("flowers", new() { Threads = 1 });
        var expected = classifier.Classify(_file.Path).Scores;
        var source = Source(form, owned);
        CollectionAssert.AreEqual(expected.ToArray(), classifier.Classify(source).Scores.ToArray());
        // Streams are read once.
        if (form != "stream") CollectionAssert.AreEqual(expected.ToArray(), classifier.Classify(source).Scores.ToArray());
        Assert.AreEqual(37, _image.Width);
        Assert.HasCount(37 * 23 * 4, _image.Pixels.ToArray());
    }

    [TestMethod]
    public async Task RunMany_AllForms_GivesAnOutcomeForEachInOrder()
    {
        using var owned = new Owned();
        using var classifier = ImageClassifier.Load("flowers", new() { Threads = 2 });
        var sources = Forms.Select(f => Source((string)f[0], owned)).Append(ImageSource.FromBytes(new byte[] { 1, 2, 3 }, "broken")).ToList();

        var found = await classifier.ClassifyManyAsync(sources.ToAsyncEnumerable()).ToListAsync();

        CollectionAssert.AreEqual(sources.Select(s => s.Name).ToArray(), found.Select(o => o.Image).ToArray());
        Assert.IsTrue(found.Take(found.Count - 1).All(o => o.Result is not null));
        Assert.IsInstanceOfType<BadImageException>(found[^1].Error);
        StringAssert.StartsWith(found[^1].Error!.Message, "broken:");
    }

    [TestMethod]
    public void FromPixels_Grey_GivesThreeEqualChannels()
    {
        using var opened = ImageSource.FromPixels(new byte[] { 7, 9, 0, 11, 13, 0 }, 2, 2, RawPixelFormat.Gray8, stride: 3).Open(null, false);
        CollectionAssert.AreEqual(new byte[] { 7, 7, 7, 255, 9, 9, 9, 255, 11, 11, 11, 255, 13, 13, 13, 255 }, opened.Image.Pixels.ToArray());
    }

    /// <summary>Half of 100 over white: 100 · 128/255 + 255 · 127/255, rounded.</summary>
    [TestMethod]
    public void FromPixels_Alpha_IsBlendedOverWhite()
    {
        using var opened = ImageSource.FromPixels(new byte[] { 100, 0, 255, 128 }, 1, 1, RawPixelFormat.Rgba32).Open(null, false);
        CollectionAssert.AreEqual(new byte[] { 177, 127, 255, 255 }, opened.Image.Pixels.ToArray());
    }

    [TestMethod]
    [DataRow(0, 2, RawPixelFormat.Rgb24, 0, 12)]
    [DataRow(2, -1, RawPixelFormat.Rgb24, 0, 12)]
    [DataRow(2, 2, RawPixelFormat.Rgb24, 5, 12)]
    [DataRow(2, 2, RawPixelFormat.Rgb24, 0, 11)]
    [DataRow(2, 2, RawPixelFormat.Rgb24, 8, 13)]
    [DataRow(int.MaxValue, int.MaxValue, RawPixelFormat.Rgba32, 0, 12)]
    [DataRow(2, 2, (RawPixelFormat)9, 0, 12)]
    public void FromPixels_SizesThatDoNotFit_Throws(int width, int height, RawPixelFormat format, int stride, int bytes) =>
        Assert.ThrowsExactly<ArgumentException>(() => ImageSource.FromPixels(new byte[bytes], width, height, format, stride));

    [TestMethod]
    public void Open_BeyondTheLimits_NamesTheImage()
    {
        var limits = new ImageLimits { MaxPixels = 3 };
        using var bitmap = new SKBitmap(2, 2);
        foreach (var source in new[] { ImageSource.FromPixels(new byte[4], 2, 2, RawPixelFormat.Gray8, name: "camera 1"), ImageSource.FromBitmap(bitmap, "camera 1") })
            StringAssert.StartsWith(Assert.ThrowsExactly<BadImageException>(() => source.Open(limits, false)).Message, "camera 1: 2×2 pixels");
    }

    [TestMethod]
    public void Open_ClosedStream_IsABadImage()
    {
        var stream = new MemoryStream([1]);
        stream.Dispose();
        Assert.ThrowsExactly<BadImageException>(() => ImageSource.FromStream(stream, "gone").Open(null, false));
    }

    [TestMethod]
    public void Load_ModelAsPathBytesAndStream_AnswersTheSame()
    {
        using var zip = new TemporaryFile(".zip");
        using var onnx = new TemporaryFile(".onnx");
        using (var bundled = ImageClassifier.Load("flowers"))
        {
            MlNetVision.MlNet.SavedModels.SaveZip(bundled, zip.Path);
            bundled.Model.Save(onnx.Path);
        }
        using var expected = ImageClassifier.Load("flowers", new() { Threads = 1 });
        var scores = expected.Classify(_image).Scores.ToArray();
        foreach (var path in new[] { zip.Path, onnx.Path })
        {
            using var stream = File.OpenRead(path);
            foreach (ModelSource model in new ModelSource[] { path, File.ReadAllBytes(path), stream })
            {
                using var classifier = ImageClassifier.Load(model, new() { Threads = 1 });
                CollectionAssert.AreEqual(scores, classifier.Classify(_image).Scores.ToArray());
            }
        }
    }

    [TestMethod]
    [DataRow(new byte[0])]
    [DataRow(new byte[] { 1, 2, 3 })]
    [DataRow(new byte[] { (byte)'P', (byte)'K', 3, 4, 0 })]
    public void Load_BytesOfNoModel_NamesIt(byte[] bytes) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<BadModelException>(() => ImageClassifier.Load(ModelSource.FromBytes(bytes, "upload"))).Message, "upload");

    [TestMethod]
    public void Load_LabelsAsAList_AreTaken()
    {
        using var classifier = ImageClassifier.Load("flowers", new() { Labels = ["a", "b", "c"] });
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, classifier.Labels.ToArray());
        using var bundled = ImageClassifier.Load("flowers");
        using var same = ImageClassifier.Load(bundled.Model, new() { Labels = ["x", "y", "z"] });
        CollectionAssert.AreEqual(new[] { "x", "y", "z" }, same.Labels.ToArray());
        Assert.AreNotEqual("x", bundled.Labels[0], "the caller's network is left alone");
    }

    [TestMethod]
    public async Task RunMany_SourcesThatCannotBeOpened_AreOutcomesOfTheirOwn()
    {
        using var classifier = ImageClassifier.Load("flowers", new() { Threads = 1 });
        var image = TestImages.Gradient(8, 8);
        var bitmap = SKBitmap.Decode(_file.Path);
        ImageSource[] sources = [image, bitmap, ImageSource.FromFile("a\0b.png"), null!, _image];
        image.Dispose();
        bitmap.Dispose();
        var found = await classifier.ClassifyManyAsync(sources).ToListAsync();
        CollectionAssert.AreEqual(new[] { true, true, true, true, false }, found.Select(o => o.Error is BadImageException).ToArray());
        var files = await classifier.ClassifyManyAsync(["", _file.Path, null!]).ToListAsync();
        CollectionAssert.AreEqual(new[] { true, false, true }, files.Select(o => o.Error is BadImageException).ToArray());
    }

    /// <summary>The fourth byte of an opaque bitmap may be anything.</summary>
    [TestMethod]
    public void FromBitmap_OpaqueWithAlphaOfZero_IsOpaque()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(1, 1, SKColorType.Bgra8888, SKAlphaType.Opaque));
        System.Runtime.InteropServices.Marshal.Copy(new byte[] { 1, 2, 3, 0 }, 0, bitmap.GetPixels(), 4);
        using var opened = ImageSource.FromBitmap(bitmap).Open(null, false);
        CollectionAssert.AreEqual(new byte[] { 3, 2, 1, 255 }, opened.Image.Pixels.ToArray());
    }

    [TestMethod]
    public void Load_ThreadsBeyondReason_AreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => ImageClassifier.Load("flowers", new() { Threads = 100_000 }));

    [TestMethod]
    public void Load_LabelsThatAreEmpty_AreRefused()
    {
        foreach (var labels in new string[][] { [], ["a", null!, "c"], ["a", " ", "c"] })
            Assert.ThrowsExactly<ArgumentException>(() => ImageClassifier.Load("flowers", new() { Labels = labels }));
    }

    private ImageSource Source(string form, Owned owned)
    {
        var pixels = _image.Pixels.ToArray();
        return form switch
        {
            "path" => _file.Path,
            "bytes" => File.ReadAllBytes(_file.Path),
            "stream" => owned.Add(File.OpenRead(_file.Path)),
            "image" => _image,
            "bitmap" => owned.Add(SKBitmap.Decode(_file.Path)),
            "MLImage" => owned.Add(MLImage.CreateFromFile(_file.Path)),
            "rgb" => ImageSource.FromPixels(Channels(0, 1, 2), 37, 23, RawPixelFormat.Rgb24, name: form),
            "bgr" => ImageSource.FromPixels(Channels(2, 1, 0), 37, 23, RawPixelFormat.Bgr24, name: form),
            "rgba" => ImageSource.FromPixels(Channels(0, 1, 2, 3), 37, 23, RawPixelFormat.Rgba32, name: form),
            "bgra" => ImageSource.FromPixels(Channels(2, 1, 0, 3), 37, 23, RawPixelFormat.Bgra32, name: form),
            "stride" => ImageSource.FromPixels(Channels(0, 1, 2).Chunk(37 * 3).SelectMany(row => row.Concat(new byte[5])).ToArray(), 37, 23, RawPixelFormat.Rgb24, 37 * 3 + 5, form),
            _ => throw new ArgumentException(form, nameof(form)),
        };

        byte[] Channels(params int[] order) => [.. pixels.Chunk(4).SelectMany(p => order.Select(c => p[c]))];
    }

    private sealed class Owned : IDisposable
    {
        private readonly List<IDisposable> _all = [];

        public T Add<T>(T value) where T : IDisposable
        {
            _all.Add(value);
            return value;
        }

        public void Dispose() => _all.ForEach(o => o.Dispose());
    }
}
