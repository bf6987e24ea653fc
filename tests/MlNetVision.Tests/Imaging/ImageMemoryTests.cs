using System.Runtime.CompilerServices;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
[DoNotParallelize]
public sealed class ImageMemoryTests
{
    // 3 GB in all; what is alive at once stays far below.
    [TestMethod]
    public void Constructor_ImagesForgotten_AreFreed()
    {
        for (var i = 0; i < 60; i++)
        {
            Forget();
            if (ImageMemory.Living > 1L << 30) GC.WaitForPendingFinalizers();
        }
        Assert.IsLessThan(2L << 30, ImageMemory.Living);
    }

    [TestMethod]
    public void Dispose_Always_TakesTheImageOutOfTheCount()
    {
        var image = new RgbImage(1000, 1000);
        var living = ImageMemory.Living;
        image.Dispose();
        image.Dispose();
        Assert.IsLessThanOrEqualTo(living - 4_000_000, ImageMemory.Living);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = new RgbImage(4000, 3125);
}
