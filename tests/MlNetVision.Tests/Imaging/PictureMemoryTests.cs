using System.Runtime.CompilerServices;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
[DoNotParallelize]
public sealed class PictureMemoryTests
{
    // 3 GB in all; what is alive at once stays far below.
    [TestMethod]
    public void Constructor_PicturesForgotten_AreFreed()
    {
        for (var i = 0; i < 60; i++)
        {
            Forget();
            if (PictureMemory.Living > 1L << 30) GC.WaitForPendingFinalizers();
        }
        Assert.IsLessThan(2L << 30, PictureMemory.Living);
    }

    [TestMethod]
    public void Dispose_Always_TakesThePictureOutOfTheCount()
    {
        var picture = new Picture(1000, 1000);
        var living = PictureMemory.Living;
        picture.Dispose();
        picture.Dispose();
        Assert.IsLessThanOrEqualTo(living - 4_000_000, PictureMemory.Living);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = new Picture(4000, 3125);
}
