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
    public void Parse_MeansAndDeviations_AsThePresets()
    {
        var caffe = PixelNormalization.Parse("BGR:103.939,116.779,123.68:1,1,1");
        Assert.AreEqual(PixelNormalization.Caffe, caffe);
        Assert.AreEqual(caffe, PixelNormalization.Parse(caffe.Name));
        var imageNet = PixelNormalization.Parse("rgb:123.675,116.28,103.53:58.395,57.12,57.375");
        for (var c = 0; c < 3; c++)
        {
            Assert.AreEqual(PixelNormalization.ImageNet.Mean[c], imageNet.Mean[c], 1e-4);
            Assert.AreEqual(PixelNormalization.ImageNet.Scale[c], imageNet.Scale[c], 1e-7);
        }
    }

    [TestMethod]
    [DataRow("rgb:1,2,3")]
    [DataRow("rgb:1,2,3:1,0,1")]
    [DataRow("rgb:1,2:1,1,1")]
    [DataRow("rgb:1,2,x:1,1,1")]
    [DataRow("rgb:1,2,3:1,1,1e-45")]
    [DataRow("rgba:1,2,3:1,1,1")]
    [DataRow("rgb:1,2,NaN:1,1,1")]
    public void Parse_NumbersThatAreNone_Refused(string text) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => PixelNormalization.Parse(text)).Message, "rgb:MEANS:DEVIATIONS");

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

    [TestMethod]
    public void Parse_GreyNumbers_AreOneMeanAndDeviationForAll()
    {
        Assert.AreEqual(PixelNormalization.Parse("rgb:33.3,33.3,33.3:78.6,78.6,78.6"), PixelNormalization.Parse("grey:33.3:78.6"));
        Assert.IsTrue(PixelNormalization.Parse("Grey:0:255").IsUniform);
        Assert.IsFalse(PixelNormalization.ImageNet.IsUniform);
        foreach (var text in new[] { "grey:1:0", "grey:1", "grey:1,2,3:1,1,1", "grey::1" })
            Assert.ThrowsExactly<ArgumentException>(() => PixelNormalization.Parse(text), text);
    }
}
