using MlNetVision.Cli.Images;

namespace MlNetVision.Cli.Tests;

[TestClass]
public sealed class SameAnswersTests
{
    [TestMethod]
    [DataRow("a,a,a", true)]
    [DataRow("a,a", false)]
    [DataRow("a,a,b", false)]
    [DataRow("a,-,a,a", false)]
    [DataRow("-,a,a,a", false)]
    public void Remark_AllAlike_IsMade(string answers, bool expected)
    {
        var same = new SameAnswers("one class covers every pixel", least: 3);
        foreach (var answer in answers.Split(',')) same.Add(answer == "-" ? null : answer);
        if (expected) StringAssert.StartsWith(same.Remark, "one class covers every pixel of all 3 images: a. If they should differ");
        else Assert.IsNull(same.Remark);
    }

    [TestMethod]
    public async Task Detect_NothingInManyImages_IsRemarked()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 10; i++)
        {
            using var image = new MlNetVision.Imaging.RgbImage(32, 32);
            image.Save(folder[$"{i}.png"]);
        }
        var result = await Cli.RunAsync("detect", folder.Path);
        result.AssertCode(0);
        StringAssert.Contains(result.Error, "nothing was found in any of 10 images; --confidence lowers the threshold");
        result = await Cli.RunAsync("detect", folder["0.png"]);
        Assert.IsFalse(result.Error.Contains("nothing was found in any", StringComparison.Ordinal));
    }
}
