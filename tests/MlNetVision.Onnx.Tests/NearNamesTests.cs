namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class NearNamesTests
{
    [TestMethod]
    [DataRow("starry-nigth", "starry-night")]
    [DataRow("flower", "flowers")]
    [DataRow("yolov2-coco9", "yolov2-coco-9")]
    [DataRow("STREETS", "streets")]
    [DataRow("kitten", null)]
    [DataRow("", null)]
    public void Nearest_MistypedName_IsTheNearest(string typed, string? expected) =>
        Assert.AreEqual(expected, NearNames.Nearest(typed, ["streets", "flowers", "starry-night", "yolov2-coco-9"]));

    [TestMethod]
    [DataRow("", "", 0)]
    [DataRow("", "abc", 3)]
    [DataRow("kitten", "sitting", 3)]
    [DataRow("Kitten", "kITTEN", 0)]
    [DataRow("saturday", "sunday", 3)]
    public void Edits_TwoWords_AreCounted(string a, string b, int expected)
    {
        Assert.AreEqual(expected, NearNames.Edits(a, b));
        Assert.AreEqual(expected, NearNames.Edits(b, a));
    }
}
