using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class VisionMetadataTests
{
    [TestMethod]
    [DataRow("{0: 'person', 1: \"it's\"}", "person|it's")]
    [DataRow("['a', 'b']", "a|b")]
    [DataRow("('a', 'b',) ", "a|b")]
    [DataRow("{\"0\": \"a\", \"1\": \"b\"}", "a|b")]
    [DataRow("[\"a\", \"b\"]", "a|b")]
    [DataRow("{'1': 'b', 0: 'a', 1: 'c'}", "a|c")]
    [DataRow("{0: 'a, b', 1: '{c: d}'}", "a, b|{c: d}")]
    [DataRow("{1: 'b', 0: 'a\\'s'}", "a's|b")]
    [DataRow("{0: 'a\\nb', 1: 'x\\xa0y', 2: '\\u200b!', 3: '\\U0001f600', 4: 'c\\\\d'}", "a\nb|x\u00a0y|\u200b!|\U0001f600|c\\d")]
    public void GetNames_PythonText_Parsed(string text, string expected)
    {
        var model = new OnnxModel(new ModelProto());
        model.Metadata[VisionMetadata.NamesKey] = text;
        Assert.AreEqual(expected, string.Join('|', model.GetNames()!));
    }

    [TestMethod]
    [DataRow("nonsense")]
    [DataRow("{0: 'a")]
    [DataRow("{0: '\\xz1'}")]
    [DataRow("{0: '\\x1")]
    [DataRow("{0: '\\ud800'}")]
    [DataRow("{0: 'a', 2: 'c'}")]
    [DataRow("{99999999999999: 'a'}")]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("'a', 'b'")]
    [DataRow("{0: ['a'], 1: {'b': 1}}")]
    [DataRow("[['a'], ['b']]")]
    [DataRow("{'a', 'b'}")]
    [DataRow("{'a': 0, 'b': 1}")]
    [DataRow("{0 'a', 1 'b'}")]
    [DataRow("{0: 'a' 1: 'b'}")]
    [DataRow("{0: 'a', 1: 'b']")]
    [DataRow("{0: 'a'}, {1: 'b'}")]
    [DataRow("{0: 1: 'a'}")]
    [DataRow("['a',, 'b']")]
    [DataRow("{-1: 'a', 0: 'b'}")]
    public void GetNames_Malformed_NamesTheModel(string text)
    {
        var model = new OnnxModel(new ModelProto(), "x.onnx");
        model.Metadata[VisionMetadata.NamesKey] = text;
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => model.GetNames()).Message, "x.onnx: the metadata 'names'");
    }

    [TestMethod]
    public void SetNames_RoundTrips()
    {
        var model = new OnnxModel(new ModelProto());
        string[] names = ["a", "it's", "back\\slash", "ünïcode"];
        model.SetNames(names);
        CollectionAssert.AreEqual(names, model.GetNames());
    }

    [TestMethod]
    [DataRow("[480, 640]")]
    [DataRow("(480,640) ")]
    public void GetImageSize_ListOrTuple_Parsed(string text)
    {
        var model = new OnnxModel(new ModelProto());
        Assert.IsNull(model.GetImageSize());
        model.Metadata[VisionMetadata.ImageSizeKey] = text;
        Assert.AreEqual((480, 640), model.GetImageSize());
        model.SetImageSize(1, 2);
        Assert.AreEqual((1, 2), model.GetImageSize());
    }

    [TestMethod]
    [DataRow("640")]
    [DataRow("[a, b]")]
    [DataRow("[9999999, 1]")]
    [DataRow("[1, 2, 3]")]
    public void GetImageSize_Malformed_NamesTheModel(string text)
    {
        var model = new OnnxModel(new ModelProto(), "x.onnx");
        model.Metadata[VisionMetadata.ImageSizeKey] = text;
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => model.GetImageSize()).Message, $"x.onnx: the metadata 'imgsz' is '{text}'");
    }

    [TestMethod]
    public void SetYoloHeads_RoundTrips()
    {
        var model = new OnnxModel(new ModelProto());
        model.SetYoloHeads([new YoloHead { Output = "grid_0", Kind = YoloHeadKind.Yolo, Anchors = [new AnchorSize(1.5f, 2)], Classes = 3, ScaleXY = 1.05f }]);
        var head = model.GetYoloHeads()!.Single();
        Assert.AreEqual("grid_0 Yolo 3", $"{head.Output} {head.Kind} {head.Classes}");
        Assert.AreEqual(new AnchorSize(1.5f, 2), head.Anchors.Single());
        Assert.AreEqual(1.05f, head.ScaleXY);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[null]")]
    [DataRow("{}")]
    [DataRow("not json")]
    [DataRow("[{\"output\":\"a\",\"kind\":0,\"anchors\":null,\"classes\":1}]")]
    [DataRow("[{\"output\":null,\"kind\":0,\"anchors\":[{\"width\":1,\"height\":1}],\"classes\":1}]")]
    [DataRow("[{\"output\":\"a\",\"kind\":0,\"anchors\":[],\"classes\":1}]")]
    [DataRow("[{\"output\":\"a\",\"kind\":0,\"anchors\":[{\"width\":1,\"height\":1}],\"classes\":-5}]")]
    public void GetYoloHeads_Malformed_NamesTheModel(string text)
    {
        var model = new OnnxModel(new ModelProto(), "x.onnx");
        model.Metadata[YoloHeadMetadata.YoloKey] = text;
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => model.GetYoloHeads()).Message, "x.onnx: the metadata 'mlnetvision.yolo'");
    }
}
