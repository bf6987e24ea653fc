using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Style;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ForeignOperatorTests
{
    [TestMethod]
    [DataRow("ai.onnx.contrib", "DecodeImage", "ai.onnx.contrib::DecodeImage. They come from onnxruntime-extensions")]
    [DataRow("com.microsoft.extensions", "EncodeImage", "com.microsoft.extensions::EncodeImage. They come from onnxruntime-extensions")]
    [DataRow("TRT", "EfficientNMS_TRT", "TRT::EfficientNMS_TRT. They are plugins of TensorRT: export the network without them")]
    [DataRow("", "EfficientNMS_TRT", "lacks: EfficientNMS_TRT. They are plugins of TensorRT")]
    [DataRow("mmdeploy", "NMSRotated", "mmdeploy::NMSRotated. Export the network with the standard operators of ONNX.")]
    public void Load_OperatorThatOnnxRuntimeLacks_IsNamedWithAWay(string domain, string name, string expected)
    {
        var model = Network(domain, name);
        var message = Assert.ThrowsExactly<BadModelException>(() => ImageClassifier.Load(model)).Message;
        StringAssert.StartsWith(message, "net.onnx: has operators that ONNX Runtime lacks: ");
        StringAssert.Contains(message, expected);
        Assert.AreEqual(message, Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model)).Message);
        Assert.AreEqual(message, Assert.ThrowsExactly<BadModelException>(() => OnnxSession.Open(model)).Message);
    }

    [TestMethod]
    public void RequireNone_OperatorsOfOnnxRuntimeAndOfTheModel_Pass()
    {
        ForeignOperators.RequireNone(Network("com.microsoft", "FusedConv"));
        ForeignOperators.RequireNone(Network("ai.onnx", "Relu"));
        var model = Network("pkg.own", "Twice");
        model.Proto.Functions.Add(new FunctionProto { Domain = "pkg.own", Name = "Twice" });
        ForeignOperators.RequireNone(model);
    }

    [TestMethod]
    public void RequireNone_OperatorInABody_IsFound()
    {
        var model = Network("", "If");
        var body = new GraphProto { Node = { new NodeProto { OpType = "BpeTokenizer", Domain = "ai.onnx.contrib", Output = { "t" } } } };
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "then_branch", G = body });
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ForeignOperators.RequireNone(model)).Message, "BpeTokenizer");
    }

    [TestMethod]
    public void Load_PublishedModelWithItsPreProcessing_SaysWhatToDo()
    {
        var message = Assert.ThrowsExactly<BadModelException>(() => ImageStylizer.Load(Shared.Path("models", "wild", "superres-prepost-op18.onnx"))).Message;
        StringAssert.Contains(message, "DecodeImage");
        StringAssert.Contains(message, "onnxruntime-extensions");
        StringAssert.Contains(message, "export it without these");
    }

    private static OnnxModel Network(string domain, string name)
    {
        var graph = new GraphWriter("net");
        graph.Input("image", DataType.Float, 1, 3, 8, 8);
        graph.Output("scores", DataType.Float, 1, 4);
        graph.Add(new NodeProto { Name = "one", OpType = name, Domain = domain, Input = { "image" }, Output = { "scores" } });
        var model = graph.Build("net.onnx");
        if (domain.Length > 0) model.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return model;
    }
}
