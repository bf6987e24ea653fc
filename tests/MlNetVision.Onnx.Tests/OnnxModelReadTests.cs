using System.Text;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class OnnxModelReadTests
{
    [TestMethod]
    public void Load_Saved_Equal()
    {
        using var folder = new Folder();
        var model = Small();
        model.Metadata["k"] = "v";
        model.Save(folder.File("sub/a.onnx"));
        Assert.AreEqual(model.Proto, OnnxModel.Load(folder.File("sub/a.onnx")).Proto);
    }

    [TestMethod]
    [DataRow("text", "not an ONNX model")]
    [DataRow("empty", "not an ONNX model")]
    [DataRow("random", "not an ONNX model")]
    [DataRow("half", "not an ONNX model")]
    [DataRow("png", "not an ONNX model")]
    [DataRow("missing", "cannot be read")]
    [DataRow("folder", "cannot be read")]
    public void Load_NotAModel_NamesTheFile(string kind, string expected)
    {
        using var folder = new Folder();
        var path = folder.File($"{kind}.onnx");
        var random = new byte[5000];
        new Random(3).NextBytes(random);
        if (kind == "folder") Directory.CreateDirectory(path);
        else if (kind != "missing") File.WriteAllBytes(path, kind switch
        {
            "text" => Encoding.UTF8.GetBytes("[net]\nwidth=416\nheight=416\n"),
            "random" => random,
            "half" => Small().ToBytes()[..100],
            "png" => [0x89, .. "PNG\r\n\x1a\n"u8, .. random],
            _ => [],
        });
        var message = Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Load(path)).Message;
        StringAssert.StartsWith(message, path);
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void Parse_CutOffAnywhere_BadModel()
    {
        var bytes = Small().ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Parse(bytes.AsSpan(0, length), "cut.onnx").Check(), $"{length} of {bytes.Length} bytes");
    }

    [TestMethod]
    public void Parse_NestedWithoutEnd_BadModel()
    {
        // A graph within an attribute within a node within a graph …, deeper than any message may be.
        var body = Array.Empty<byte>();
        for (var i = 0; i < 300; i++) body = Field(6, Field(5, Field(1, body)));
        Assert.ThrowsExactly<BadModelException>(() => OnnxModel.Parse(Field(7, body), "deep.onnx"));
    }

    /// <summary>Whatever a byte turns into, the model is refused with the one exception or it can be used.</summary>
    [TestMethod]
    public void Parse_BytesChanged_NothingButBadModel()
    {
        var bytes = Small().ToBytes();
        var (random, refused) = (new Random(5), 0);
        for (var i = 0; i < 4000; i++)
        {
            var changed = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                var model = OnnxModel.Parse(changed, "changed.onnx");
                _ = model.Describe().ToTable() + model.Describe().ToJson();
                _ = model.Cut(model.Graph.Node[0].LayerName());
                _ = (model.Inputs, model.Outputs);
            }
            catch (Exception e) when (e is BadModelException || (e is ArgumentException { ParamName: "layerOrTensorName" }))
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(1000, refused);
    }

    private static OnnxModel Small()
    {
        var builder = new GraphWriter("small");
        var x = builder.Input("x", DataType.Float, -1, 3, 9, 9);
        var conv = builder.Node("Conv", "conv", [x, builder.Floats("w", new float[4 * 3 * 2], 4, 3, 1, 2)], ("dilations", new[] { 2, 2 }));
        var flat = builder.Node("Reshape", "flat", [conv, builder.Integers("shape", [0, -1], 2)]);
        builder.Node("Slice", "y", [flat, builder.Integers("a", [0], 1), builder.Integers("b", [7], 1), builder.Integers("c", [1], 1)]);
        builder.Output("y", DataType.Float, -1, 7);
        return builder.Build("small.onnx");
    }

    /// <summary>A length-delimited field of a protocol buffer.</summary>
    private static byte[] Field(int number, byte[] content)
    {
        List<byte> field = [(byte)((number << 3) | 2)];
        for (var length = content.Length; ; length >>= 7)
        {
            field.Add((byte)(length > 127 ? length | 128 : length));
            if (length <= 127) break;
        }
        return [.. field, .. content];
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx");

        public string File(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
