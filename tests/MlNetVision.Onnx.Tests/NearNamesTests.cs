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
    public void Near_MistypedName_IsThatAlone(string typed, string? expected) =>
        Assert.AreEqual(expected, NearNames.Near(typed, ["streets", "flowers", "starry-night", "yolov2-coco-9"]).SingleOrDefault());

    [TestMethod]
    public void Near_ManyNames_AreAtMostAsManyAsAskedForTheNearestFirst() =>
        CollectionAssert.AreEqual(new[] { "yolov3", "yolov3x" }, NearNames.Near("yolov9", ["streets", "yolov3x", "yolov3xy", "yolov3"], count: 2).ToArray());

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
