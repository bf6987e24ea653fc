using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests.Upgrading;

[TestClass]
public sealed class OperatorSetUpgradeTests
{
    private static OnnxModel Model(long version, string operation, long[] shape, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var builder = new GraphWriter("old");
        builder.Input("x", DataType.Float, shape);
        builder.Floats("scales", [1, 1, 2, 3], 4);
        builder.Floats("half", [1, 1, 0.5f, 0.4f], 4);
        builder.Floats("channel", [0.5f, 2], 2);
        builder.NodeWithOutputs(operation, "node", ["x", .. inputs], ["y"], attributes);
        builder.Output("y", DataType.Float);
        var model = builder.Build("old.onnx");
        model.Graph.Output[0].Type.TensorType.Shape = null;
        model.Proto.OpsetImport[0].Version = version;
        return model;
    }

    public static IEnumerable<object[]> Changed =>
    [
        Case(7, "Clip", [4, 3], [], ("min", -1f), ("max", 0.5f)),
        Case(7, "Clip", [4, 3], [], ("max", 0.5f)),
        Case(10, "Clip", [4, 3], []),
        Case(7, "Pad", [2, 3], [], ("pads", new long[] { 1, 0, 2, 1 }), ("value", 3f)),
        Case(10, "Pad", [2, 3], [], ("pads", new long[] { 1, 0, 1, 2 }), ("mode", "reflect")),
        Case(9, "Slice", [4, 5], [], ("starts", new long[] { 1 }), ("ends", new long[] { -1 }), ("axes", new long[] { 1 })),
        Case(7, "Slice", [4, 5], [], ("starts", new long[] { 1, 2 }), ("ends", new long[] { 3, 100 })),
        Case(11, "Squeeze", [1, 3, 1], [], ("axes", new long[] { 2 })),
        Case(11, "Squeeze", [1, 3, 1], []),
        Case(12, "Unsqueeze", [2, 3], [], ("axes", new long[] { 0, 2 })),
        Case(8, "ReduceSum", [2, 3, 2], [], ("axes", new long[] { 1 }), ("keepdims", 0L)),
        Case(11, "ReduceSum", [2, 3], []),
        Case(11, "Split", [4, 3], [], ("split", new long[] { 4 })),
        Case(7, "Dropout", [4, 3], [], ("ratio", 0.3f)),
        Case(10, "Dropout", [4, 3], []),
        Case(7, "BatchNormalization", [1, 2, 2, 2], ["channel", "channel", "channel", "channel"], ("spatial", 1L)),
        Case(8, "Softmax", [2, 3, 2], []),
        Case(8, "Softmax", [2, 3, 1, 1], []),
        Case(11, "LogSoftmax", [2, 3, 2], [], ("axis", 0L)),
        Case(12, "Softmax", [2, 3, 2], [], ("axis", -1L)),
        Case(7, "Upsample", [1, 2, 3, 2], [], ("scales", new float[] { 1, 1, 2, 3 })),
        Case(9, "Upsample", [1, 2, 3, 2], ["scales"], ("mode", "linear")),
        Case(10, "Resize", [1, 2, 3, 2], ["scales"]),
        Case(10, "Resize", [1, 2, 5, 6], ["half"]),
        Case(10, "Resize", [1, 2, 5, 6], ["half"], ("mode", "linear")),
        Case(7, "MaxPool", [1, 2, 4, 4], [], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })),
        Case(13, "Relu", [2, 3], []),
        Case(7, "Affine", [2, 3], [], ("alpha", 2f), ("beta", -1f)),
        Case(8, "ImageScaler", [1, 2, 3, 2], [], ("scale", 0.5f), ("bias", new[] { 1f, -1f })),
        Case(7, "Crop", [1, 2, 5, 6], [], ("border", new long[] { 1, 2, 3, 0 })),
        Case(7, "Crop", [1, 2, 5, 6], [], ("border", new long[] { 1, 2, 0, 0 }), ("scale", new long[] { 2, 4 })),
    ];

    [TestMethod]
    [DynamicData(nameof(Changed))]
    public void Raise_OldOperator_AnswersAlike(long version, string operation, long[] shape, string[] inputs, (string, object)[] attributes)
    {
        var expected = OrtRun.Run(Model(version, operation, shape, inputs, attributes))[0].Floats;
        var model = Model(version, operation, shape, inputs, attributes);
        OperatorSetUpgrade.Raise(model);
        model.Check();
        Assert.AreEqual(17, model.Proto.OpsetImport[0].Version);
        var actual = OrtRun.Run(model)[0].Floats;
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 1e-6f);
    }

    /// <summary>In a file of version 3 an initializer is also listed as an input, without being one.</summary>
    [TestMethod]
    public void Raise_OldFile_KeepsStoredTensorsStored()
    {
        var model = Model(8, "PRelu", [3, 2], ["channel"]);
        model.Graph.Input.Add(new ValueInfoProto(model.Graph.Input[0]) { Name = "channel" });
        model.Proto.IrVersion = 3;
        OperatorSetUpgrade.Raise(model);
        Assert.AreEqual("x", model.Graph.Input.Single().Name);
    }

    [TestMethod]
    public void Raise_NewEnough_LeavesModel()
    {
        var model = Model(18, "Relu", [2, 3], []);
        OperatorSetUpgrade.Raise(model);
        Assert.AreEqual(18, model.Proto.OpsetImport[0].Version);
    }

    [TestMethod]
    [DataRow(5, "Relu", "operator set 5; expected 6")]
    [DataRow(6, "BatchNormalization", "node 'node' (BatchNormalization)")]
    [DataRow(6, "Upsample", "node 'node' (Upsample)")]
    [DataRow(8, "Loop", "node 'node' (Loop)")]
    public void Raise_NoWay_SaysSo(int version, string operation, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<BadModelException>(() => OperatorSetUpgrade.Raise(Model(version, operation, [2, 3], []))).Message);

    private static object[] Case(long version, string operation, long[] shape, string[] inputs, params (string, object)[] attributes) =>
        [version, operation, shape, inputs, attributes];
}
