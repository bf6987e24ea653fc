using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class PixelNormalizationTests
{
    [TestMethod]
    public void Parse_EveryPreset_IsFoundInAnyCase()
    {
        foreach (var preset in PixelNormalization.Presets) Assert.AreSame(preset, PixelNormalization.Parse(preset.Name.ToUpperInvariant()));
    }

    [TestMethod]
    public void Parse_UnknownName_ListsTheKnown()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => PixelNormalization.Parse("torch"));
        StringAssert.Contains(error.Message, "torch");
        StringAssert.Contains(error.Message, "unit, raw, raw-bgr, tf, imagenet, caffe");
    }

    [TestMethod]
    public void Equals_SameArithmetic_IsEqual()
    {
        var same = new PixelNormalization("mine", true, [103.939f, 116.779f, 123.68f], [1, 1, 1]);
        Assert.AreEqual(PixelNormalization.Caffe, same);
        Assert.AreEqual(PixelNormalization.Caffe.GetHashCode(), same.GetHashCode());
        Assert.AreNotEqual(PixelNormalization.Raw, PixelNormalization.RawBgr);
    }

    [TestMethod]
    [DataRow(new float[] { 0, 0 }, new float[] { 1, 1, 1 })]
    [DataRow(new float[] { 0, 0, float.NaN }, new float[] { 1, 1, 1 })]
    [DataRow(new float[] { 0, 0, 0 }, new float[] { 1, 0, 1 })]
    public void Constructor_UnusableValues_AreRefused(float[] mean, float[] scale) =>
        Assert.ThrowsExactly<ArgumentException>(() => new PixelNormalization("mine", false, mean, scale));
}
