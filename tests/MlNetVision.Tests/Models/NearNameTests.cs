using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class NearNameTests
{
    [TestMethod]
    [DataRow("starry-nigth", "starry-night")]
    [DataRow("flower", "flowers")]
    [DataRow("yolov2-coco9", "yolov2-coco-9")]
    [DataRow("kitten", null)]
    [DataRow("", null)]
    public void Of_MistypedName_IsTheNearest(string typed, string? expected) =>
        Assert.AreEqual(expected, NearName.Of(typed, ["streets", "flowers", "starry-night", "yolov2-coco-9"]));

    [TestMethod]
    public void Open_MistypedNameOrFolder_SaysWhatMayHaveBeenMeant()
    {
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open("starry-nigth")).Message, "Did you mean starry-night?");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(Path.GetTempPath())).Message, "is a folder");
    }
}
