using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests.Onnx;

[TestClass]
public sealed class VisionMetadataTests
{
    [TestMethod]
    [DataRow("{0: 'person', 1: \"it's\"}", "person|it's")]
    [DataRow("['a', 'b']", "a|b")]
    [DataRow("{1: 'b', 0: 'a\\'s'}", "a's|b")]
    public void GetNames_PythonText_Parsed(string text, string expected)
    {
        var model = new OnnxModel(new ModelProto());
        model.Metadata[VisionMetadata.NamesKey] = text;
        Assert.AreEqual(expected, string.Join('|', model.GetNames()!));
    }

    [TestMethod]
    [DataRow("nonsense")]
    [DataRow("{0: 'a")]
    [DataRow("{0: 'a', 2: 'c'}")]
    [DataRow("{99999999999999: 'a'}")]
    public void GetNames_Malformed_NamesTheModel(string text)
    {
        var model = new OnnxModel(new ModelProto(), "x.onnx");
        model.Metadata[VisionMetadata.NamesKey] = text;
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => model.GetNames()).Message, "x.onnx");
    }

    [TestMethod]
    public void SetNames_RoundTrips()
    {
        var model = new OnnxModel(new ModelProto());
        string[] names = ["a", "it's", "back\\slash", "ünïcode"];
        model.SetNames(names);
        CollectionAssert.AreEqual(names, model.GetNames());
    }
}
