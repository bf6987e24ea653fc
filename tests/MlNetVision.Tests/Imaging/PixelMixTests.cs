using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class PixelMixTests
{
    [TestMethod]
    public void Mix_EachByte_IsTheRoundedMean()
    {
        var random = new Random(2);
        for (var n = 0; n < 10_000; n++)
        {
            var (pixel, over, amount) = ((uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32), (uint)random.Next(257));
            var mixed = PixelMix.Mix(pixel, over, amount);
            for (var shift = 0; shift < 32; shift += 8)
            {
                var (below, above) = (pixel >> shift & 255, over >> shift & 255);
                Assert.AreEqual(((below * (256 - amount)) + (above * amount) + 128) / 256, mixed >> shift & 255);
            }
        }
    }
}
