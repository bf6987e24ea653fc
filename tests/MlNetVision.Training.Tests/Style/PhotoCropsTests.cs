using MlNetVision.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class PhotoCropsTests : IDisposable
{
    private const int Count = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("crops").FullName;
    private readonly string[] _photos;

    public PhotoCropsTests()
    {
        _photos = [.. Enumerable.Range(0, Count).Select(i => Path.Combine(_folder, $"{i}.png"))];
        for (var i = 0; i < Count; i++)
        {
            using var image = new RgbImage(20 + i, 30);
            // Red tells which it is; green is what makes it more than one colour.
            for (var at = 0; at < image.Pixels.Length; at++) image.Pixels[at] = (byte)((at % 4) switch { 0 => 255 - i, 1 => at * 37, _ => 255 });
            image.Save(_photos[i]);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void At_PhotosOfOneColour_AreLeftOutAndNamed()
    {
        using var plain = new RgbImage(60, 60);
        var file = Path.Combine(_folder, "plain.png");
        plain.Save(file);
        var crops = new PhotoCrops([file, .. _photos], 16, seed: 1);

        for (var i = 0; i < 12; i++)
        {
            using var square = crops.At(i);
            Assert.IsFalse(SingleColor.Is(square), $"square {i}");
        }

        Assert.AreEqual(file, crops.Unreadable.Single().Path);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => new PhotoCrops([file], 16, seed: 1).At(0)).Message, "a single colour");
    }

    [TestMethod]
    public void At_AnEpoch_ShowsEveryPhotoOnceInAnOrderOfItsOwn()
    {
        var crops = new PhotoCrops(_photos, 16, 1);
        var (first, second) = (Shown(crops, 0), Shown(crops, 1));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Count).ToArray(), first);
        CollectionAssert.AreEquivalent(first, second);
        CollectionAssert.AreNotEqual(first, second);
        Assert.AreEqual(second[2], PhotoAt(new PhotoCrops(_photos, 16, 1), Count + 2));
    }

    [TestMethod]
    public void At_APhotoBroken_TheNextStandsInAndTheRestStays()
    {
        var whole = Shown(new PhotoCrops(_photos, 16, 1), 0);
        File.WriteAllText(_photos[whole[2]], "no image");
        var crops = new PhotoCrops(_photos, 16, 1);
        Assert.IsEmpty(crops.Unreadable);
        CollectionAssert.AreEqual(new[] { whole[0], whole[1], whole[3], whole[3], whole[4] }, Shown(crops, 0));
        Assert.AreEqual(_photos[whole[2]], crops.Unreadable.Single().Path);
        Assert.AreEqual(whole[3], PhotoAt(new PhotoCrops(_photos, 16, 1), 2));
    }

    [TestMethod]
    public void At_AStripOfAPhoto_IsCutBeforeItIsEnlarged()
    {
        using (var strip = new RgbImage(20_000, 2))
        {
            // The lower row is the negative of the upper.
            for (var x = 0; x < strip.Width; x++)
            {
                var light = (byte)(x / 100);
                strip.Pixels.Slice(4 * x, 4).Fill(light);
                strip.Pixels.Slice(4 * (strip.Width + x), 4).Fill((byte)(255 - light));
            }
            strip.Save(_photos[0]);
        }
        var crops = new PhotoCrops([_photos[0]], 16, 1);
        var shown = Enumerable.Range(0, 20).Select(n => { using var square = crops.At(n); return (square.Pixels[0], square.Pixels[^4]); }).ToArray();
        // Each square is two of its pixels by two, and they differ.
        Assert.IsTrue(shown.All(s => Math.Abs(s.Item1 + s.Item2 - 255) <= 1), string.Join(" ", shown));
        Assert.IsGreaterThan(10, shown.Distinct().Count());
    }

    [TestMethod]
    public void At_NoPhotoReadable_NamesWhatIsWrong()
    {
        foreach (var photo in _photos) File.WriteAllText(photo, "no image");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => new PhotoCrops(_photos, 16, 1).At(0)).Message, "no photo is usable");
        Assert.ThrowsExactly<BadDataSetException>(() => new PhotoCrops([], 16, 1));
    }

    private static int[] Shown(PhotoCrops crops, int epoch) => [.. Enumerable.Range(epoch * Count, Count).Select(n => PhotoAt(crops, n))];

    /// <summary>Which photo a square is from, by its red.</summary>
    private static int PhotoAt(PhotoCrops crops, int number)
    {
        using var square = crops.At(number);
        Assert.AreEqual((16, 16), (square.Width, square.Height));
        return 255 - square.Pixels[0];
    }
}
