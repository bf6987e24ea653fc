using System.Security.Cryptography;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Runtime;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class ExternalDataTests
{
    private const string Data = "net.onnx.data";

    [TestMethod]
    public void Load_InitializerAttributeAndBody_HoldAllValuesAsTheModelInOneFile()
    {
        using var folder = new TemporaryFolder();
        var whole = Network();
        var path = Write(folder, whole);

        var loaded = OnnxModel.Load(path);

        Assert.AreEqual(whole.Proto, loaded.Proto);
        loaded.Check();
        File.Delete(folder.Path(Data));
        loaded.Save(folder.Path("one.onnx"));
        CollectionAssert.AreEqual(Answer(whole), Answer(OnnxModel.Load(folder.Path("one.onnx"))));
    }

    [TestMethod]
    public void Load_ModelBesideItsData_AnswersAsOnnxRuntimeThatReadsTheFilesItself()
    {
        using var folder = new TemporaryFolder();
        var model = Network();
        File.WriteAllBytes(folder.Path(Data), [0, 0, 0, 0, .. model.Graph.Initializer[0].RawData]);
        // ONNX Runtime 1.31 finds the file for initializers alone, not for attributes and bodies.
        Refer(model.Graph.Initializer[0], ("location", Data), ("offset", "4"));
        var path = Save(folder, model);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(path);
        using var x = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory([1f, 2, 3, 4, 5, 6], [2, 3]);
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var expected = session.Run(run, ["x"], [x], ["y"]);
        CollectionAssert.AreEqual(expected[0].GetTensorDataAsSpan<float>().ToArray(), Answer(OnnxModel.Load(path)));
    }

    [TestMethod]
    public void Load_FunctionWithATensor_IsReadToo()
    {
        using var folder = new TemporaryFolder();
        var model = Network();
        model.Proto.Functions.Add(new FunctionProto { Node = { Constant("in_function", "k", 7, 8) } });
        Assert.AreEqual(model.Proto, OnnxModel.Load(Write(folder, model)).Proto);
    }

    [TestMethod]
    public void Load_FileOfEachTensorInAFolderBelow_IsRead()
    {
        using var folder = new TemporaryFolder();
        var (whole, model) = (Network(), Network());
        Directory.CreateDirectory(folder.Path("weights"));
        foreach (var (i, tensor) in model.Proto.AllTensors().Index())
        {
            File.WriteAllBytes(folder.Path($"weights/{i}.bin"), tensor.RawData.ToByteArray());
            Refer(tensor, ("location", $"weights/{i}.bin"));
        }
        Assert.AreEqual(whole.Proto, OnnxModel.Load(Save(folder, model)).Proto);
    }

    [TestMethod]
    public void Load_TensorsOfTheSamePart_ShareItsMemory()
    {
        using var folder = new TemporaryFolder();
        var model = Network();
        File.WriteAllBytes(folder.Path(Data), new byte[24]);
        var twin = model.Graph.Initializer[0].Clone();
        twin.Name = "twin";
        model.Graph.Initializer.Add(twin);
        foreach (var tensor in model.Graph.Initializer) Refer(tensor, ("location", Data), ("offset", "0"), ("length", "24"));

        var tensors = OnnxModel.Load(Save(folder, model)).Graph.Initializer;

        Assert.AreSame(tensors[0].RawData, tensors[1].RawData);
    }

    [TestMethod]
    public void Load_ChecksumOfTheFile_IsAccepted()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, Network(), ("checksum", null));
        Assert.AreEqual(Network().Proto, OnnxModel.Load(path).Proto);
    }

    [TestMethod]
    [DataRow("location", "", "that is no name of a file")]
    [DataRow("location", null, "that is no name of a file")]
    [DataRow("location", "none.data", "belong together")]
    [DataRow("location", ".", "outside the model's folder")]
    [DataRow("location", "..", "outside the model's folder")]
    [DataRow("location", "../secret.bin", "outside the model's folder")]
    [DataRow("location", "a/../../secret.bin", "outside the model's folder")]
    [DataRow("location", "..\\secret.bin", "outside the model's folder")]
    [DataRow("location", "/etc/hostname", "outside the model's folder")]
    [DataRow("location", "C:\\secret.bin", "outside the model's folder")]
    [DataRow("location", "\\\\host\\share", "outside the model's folder")]
    [DataRow("location", "folder", "belong together")]
    [DataRow("location", "link.bin", "is a link to")]
    [DataRow("location", "linked/secret.bin", "is a link to")]
    [DataRow("offset", "-1", "the offset is '-1'; expected a whole number of bytes")]
    [DataRow("offset", "one", "the offset is 'one'")]
    [DataRow("offset", "99999999999999999999", "the offset is")]
    [DataRow("offset", "9223372036854775807", "cut off")]
    [DataRow("offset", "1000", "takes 24 from byte 1000 on")]
    [DataRow("length", "20", "its shape 2×3 asks for 24 bytes, the model states 20")]
    [DataRow("length", "+24", "the length is '+24'")]
    [DataRow("checksum", "0123456789012345678901234567890123456789", "the model states 0123456789")]
    public void Load_WrongEntry_NamesModelTensorAndFile(string key, string? value, string expected)
    {
        using var outside = new TemporaryFolder();
        Directory.CreateDirectory(outside.Path("models/folder"));
        File.WriteAllBytes(outside.Path("secret.bin"), new byte[100]);
        File.CreateSymbolicLink(outside.Path("models/link.bin"), outside.Path("secret.bin"));
        Directory.CreateSymbolicLink(outside.Path("models/linked"), Path.GetDirectoryName(outside.Path("secret.bin"))!);
        var model = Network();
        File.WriteAllBytes(outside.Path($"models/{Data}"), new byte[100]);
        var tensor = model.Graph.Initializer[0];
        Refer(tensor, ("location", Data), ("offset", "0"), ("length", "24"));
        Set(tensor, key, value);
        model.Save(outside.Path("models/net.onnx"));

        var message = Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Load(outside.Path("models/net.onnx"))).Message;

        StringAssert.StartsWith(message, outside.Path("models/net.onnx"));
        StringAssert.Contains(message, $"tensor 'w' has its values in the file '{(key == "location" ? value : Data)}'");
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    [DataRow("short", "the file is cut off or belongs to another model")]
    [DataRow("empty", "it has 0 bytes, the tensor takes 24 from byte 0 on")]
    [DataRow("pipe", "is a named pipe")]
    [DataRow("overlap", "its tensors together take more bytes than it has")]
    [DataRow("text", "text is stored in the model alone")]
    [DataRow("type", "its element type 99 is not one of ONNX")]
    [DataRow("shape", "its shape -1 is impossible")]
    [DataRow("huge", "cut off")]
    [DataRow("too large for .NET", "expected at most 2147483591")]
    public void Load_WrongDataOrTensor_IsRefused(string kind, string expected)
    {
        using var folder = new TemporaryFolder();
        var model = Network();
        var tensor = model.Graph.Initializer[0];
        Refer(tensor, ("location", Data));
        if (kind == "pipe") NamedPipe.Make(folder.Path(Data));
        else File.WriteAllBytes(folder.Path(Data), new byte[kind switch { "short" => 23, "empty" => 0, _ => 24 }]);
        switch (kind)
        {
            case "overlap":
                var other = new TensorProto { Name = "other", DataType = (int)DataType.Uint8, Dims = { 20 } };
                Refer(other, ("location", Data), ("offset", "1"));
                model.Graph.Initializer.Add(other);
                break;
            case "text": tensor.DataType = (int)DataType.String; break;
            case "type": tensor.DataType = 99; break;
            case "shape": SetDims(tensor, -1); break;
            case "huge": SetDims(tensor, 500_000_000); break;
            case "too large for .NET": SetDims(tensor, 600_000_000); break;
        }
        var message = Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Load(Save(folder, model))).Message;
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void Load_CacheOfLinksToFilesSideBySide_IsRead()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, Network());
        Directory.CreateDirectory(folder.Path("snapshot"));
        File.CreateSymbolicLink(folder.Path("snapshot/net.onnx"), path);
        File.CreateSymbolicLink(folder.Path($"snapshot/{Data}"), folder.Path(Data));
        Assert.AreEqual(Network().Proto, OnnxModel.Load(folder.Path("snapshot/net.onnx")).Proto);
    }

    [TestMethod]
    public void Parse_BytesOfSuchAModel_SaysThatAPathIsNeeded()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Write(folder, Network()));
        var message = Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Parse(bytes, "upload")).Message;
        Assert.AreEqual(
            "upload: tensor 'w': its values are in another file ('net.onnx.data'), which is found only beside a model that is opened by its path.",
            message);
    }

    [TestMethod]
    public void ToBytes_MoreThanOneMessageHolds_SaysSo()
    {
        var model = Network();
        // Never written to, so the system gives no memory for it.
        var gibibyte = UnsafeByteOperations.UnsafeWrap(GC.AllocateUninitializedArray<byte>(1 << 30));
        foreach (var name in new[] { "a", "b" }) model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = 2, Dims = { 1 << 30 }, RawData = gibibyte });
        model.Check();
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(model.ToBytes).Message, "2 GiB");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => model.Save(Stream.Null)).Message, "2 GiB");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => OnnxSession.Open(model)).Message, "2 GiB");
    }

    [TestMethod]
    public void Load_PublishedModelOfPyTorch_Runs()
    {
        var model = OnnxModel.Load(Shared.Path("models", "wild", "external", "model.onnx"));
        model.Check();
        Assert.IsGreaterThan(1_500_000, model.ToBytes().Length);
        Assert.IsTrue(OrtRun.Run(model)[0].Floats.All(float.IsFinite));
    }

    /// <summary>y = x·w + c + (the body's d): an initializer, an attribute and the body of an If.</summary>
    private static OnnxModel Network()
    {
        var builder = new GraphWriter("net");
        var x = builder.Input("x", DataType.Float, 2, 3);
        var product = builder.Node("Mul", "product", [x, builder.Floats("w", [1, 2, 3, 4, 5, 6], 2, 3)]);
        builder.Output("y", DataType.Float, 2, 3);
        builder.NodeWithOutputs("Constant", "constant", [], ["c"], ("value", Tensor("c", 1, 3, 0.5f, 0.25f, 4)));
        builder.NodeWithOutputs("Constant", "yes", [], ["yes"], ("value", new TensorProto { DataType = (int)DataType.Bool, RawData = ByteString.CopyFrom(1) }));
        builder.NodeWithOutputs("If", "choice", ["yes"], ["d"]);
        builder.NodeWithOutputs("Sum", "sum", [product, "c", "d"], ["y"]);
        var model = builder.Build("net.onnx");
        var choice = model.Graph.Node.First(n => n.OpType == "If");
        choice.Attribute.Add(Branch("then_branch", 10, 20, 30));
        choice.Attribute.Add(Branch("else_branch", 0, 0, 0));
        return model;
    }

    private static AttributeProto Branch(string name, params float[] values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Graph,
        G = new GraphProto
        {
            Name = name,
            Node = { new NodeProto { OpType = "Identity", Input = { $"{name}/d" }, Output = { $"{name}/out" } } },
            Initializer = { Tensor($"{name}/d", 1, 3, values) },
            Output = { OnnxValue.Info($"{name}/out", DataType.Float, 1, 3) },
        },
    };

    private static NodeProto Constant(string name, string output, params float[] values) => new()
    {
        Name = name,
        OpType = "Constant",
        Output = { output },
        Attribute = { OnnxAttributes.Make("value", Tensor(name, 1, values.Length, values)) },
    };

    private static TensorProto Tensor(string name, int rows, int columns, params float[] values) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { rows, columns },
        RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())),
    };

    private static float[] Answer(OnnxModel model) => OrtRun.Floats(model, "y", ("x", [2, 3], [1, 2, 3, 4, 5, 6]));

    /// <summary>Writes a model whose values are all in one file, one after the other at multiples of 64, and returns its path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="whole">The model, which is not changed.</param>
    /// <param name="more">Further entries; null stands for the checksum of the file.</param>
    private static string Write(TemporaryFolder folder, OnnxModel whole, params (string Key, string? Value)[] more)
    {
        var model = whole.Clone();
        using var data = new MemoryStream();
        foreach (var tensor in model.Proto.AllTensors())
        {
            data.SetLength((data.Length + 63) / 64 * 64);
            var (offset, length) = (data.Length, tensor.RawData.Length);
            data.Position = offset;
            data.Write(tensor.RawData.Span);
            Refer(tensor, ("location", Data), ("offset", $"{offset}"), ("length", $"{length}"));
        }
        File.WriteAllBytes(folder.Path(Data), data.ToArray());
#pragma warning disable CA5350 // The checksum of the format.
        var checksum = Convert.ToHexStringLower(SHA1.HashData(data.ToArray()));
#pragma warning restore CA5350
        foreach (var tensor in model.Proto.AllTensors())
            foreach (var (key, value) in more) Set(tensor, key, value ?? checksum);
        return Save(folder, model);
    }

    private static string Save(TemporaryFolder folder, OnnxModel model)
    {
        model.Save(folder.Path("net.onnx"));
        return folder.Path("net.onnx");
    }

    private static void Refer(TensorProto tensor, params (string Key, string Value)[] entries)
    {
        tensor.ClearRawData();
        tensor.DataLocation = DataLocation.External;
        foreach (var (key, value) in entries) Set(tensor, key, value);
    }

    private static void Set(TensorProto tensor, string key, string? value)
    {
        if (tensor.ExternalData.FirstOrDefault(e => e.Key == key) is { } entry) tensor.ExternalData.Remove(entry);
        if (value is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static void SetDims(TensorProto tensor, params long[] dims)
    {
        tensor.Dims.Clear();
        tensor.Dims.AddRange(dims);
    }
}
