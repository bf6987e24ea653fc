using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Inference;

/// <summary>A list of very many images: memory stays level. Few in the suite; <c>MLNETVISION_IMAGES=100000</c> for the long run.</summary>
[TestClass]
public sealed class ManyImagesTests
{
    private const long Slack = 32 << 20;

    private static readonly int Count =
        int.TryParse(Environment.GetEnvironmentVariable("MLNETVISION_IMAGES"), CultureInfo.InvariantCulture, out var count) ? count : 2_000;

    [TestMethod]
    [Timeout(7_200_000)]
    public async Task Many_ListThatRepeats_MemoryStaysLevel()
    {
        using var folder = new TemporaryFolder();
        using (var image = TestImages.Solid(64, 64, new RgbColor(200, 40, 90))) image.Save(folder.Path("a.png"));
        using var classifier = ImageClassifier.Load(TinyClassifier.Create());
        var (done, middle) = (0, 0L);
        await foreach (var outcome in classifier.ClassifyManyAsync(Enumerable.Repeat(folder.Path("a.png"), Count)))
        {
            Assert.IsNull(outcome.Error);
            if (++done == Count / 2) middle = Used();
        }
        Assert.AreEqual(Count, done);
        Assert.IsLessThan(middle + Slack, Used());
    }

    // The process's own memory, native part included.
    private static long Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
