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
            using var picture = new Picture(20 + i, 30);
            picture.Pixels.Fill((byte)(255 - i));
            picture.Save(_photos[i]);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        File.WriteAllText(_photos[whole[2]], "no picture");
        var crops = new PhotoCrops(_photos, 16, 1);
        Assert.IsEmpty(crops.Unreadable);
        CollectionAssert.AreEqual(new[] { whole[0], whole[1], whole[3], whole[3], whole[4] }, Shown(crops, 0));
        Assert.AreEqual(_photos[whole[2]], crops.Unreadable.Single().Path);
        Assert.AreEqual(whole[3], PhotoAt(new PhotoCrops(_photos, 16, 1), 2));
    }

    [TestMethod]
    public void At_AStripOfAPhoto_IsCutBeforeItIsEnlarged()
    {
        using (var strip = new Picture(20_000, 1))
        {
            for (var x = 0; x < strip.Width; x++) strip.Pixels.Slice(4 * x, 4).Fill((byte)(x % 251));
            strip.Save(_photos[0]);
        }
        var crops = new PhotoCrops([_photos[0]], 16, 1);
        var shown = Enumerable.Range(0, 20).Select(n => { using var square = crops.At(n); return (square.Pixels[0], square.Pixels[^4]); }).ToArray();
        // Each square is one of its pixels, and they differ.
        Assert.IsTrue(shown.All(s => s.Item1 == s.Item2));
        Assert.IsGreaterThan(10, shown.Distinct().Count());
    }

    [TestMethod]
    public void At_NoPhotoReadable_NamesWhatIsWrong()
    {
        foreach (var photo in _photos) File.WriteAllText(photo, "no picture");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => new PhotoCrops(_photos, 16, 1).At(0)).Message, "none of 5");
        Assert.ThrowsExactly<BadDataSetException>(() => new PhotoCrops([], 16, 1));
    }

    private static int[] Shown(PhotoCrops crops, int epoch) => [.. Enumerable.Range(epoch * Count, Count).Select(n => PhotoAt(crops, n))];

    /// <summary>Which photo a square is from, by its grey.</summary>
    private static int PhotoAt(PhotoCrops crops, int number)
    {
        using var square = crops.At(number);
        Assert.AreEqual((16, 16), (square.Width, square.Height));
        return 255 - square.Pixels[0];
    }
}
