using MlNetVision.Onnx.Import;

namespace MlNetVision.Onnx.Tests.Import;

[TestClass]
public sealed class ModelImportersTests
{
    [TestMethod]
    [DataRow("a/yolov2.cfg", "Darknet")]
    [DataRow("YOLOV2.CFG", "Darknet")]
    [DataRow("candy.t7", "Torch7")]
    [DataRow("model.onnx", null)]
    [DataRow("cfg", null)]
    public void ForFile_Ending_FindsItsImporter(string path, string? expected) => Assert.AreEqual(expected, ModelImporters.ForFile(path)?.Name);

    [TestMethod]
    public void Register_EndingThatIsTakenOrNone_SaysWhy()
    {
        StringAssert.Contains(Refused("Other", ".CFG"), "Other takes files that end in .CFG, which are read by Darknet");
        StringAssert.Contains(Refused("Other", ".onnx"), "read by no importer, since OnnxModel.Load reads them");
        StringAssert.Contains(Refused("Other", "toy"), "end in 'toy'; expected an ending with a dot");
        StringAssert.Contains(Refused("Other", "."), "end in '.'; expected an ending with a dot");
        StringAssert.Contains(Refused("Other"), "takes no files");
        StringAssert.Contains(Refused(" ", ".toy"), "has no name");
        CollectionAssert.AreEqual(new[] { ".cfg", ".t7" }, ModelImporters.Extensions.ToArray());
    }

    private static string Refused(string name, params string[] extensions) =>
        Assert.ThrowsExactly<ArgumentException>(() => ModelImporters.Register(new Importer(name, extensions))).Message;

    private sealed record Importer(string Name, IReadOnlyList<string> Extensions) : IModelImporter
    {
        public ImportedModel Import(string path, ImportOptions? options = null) => throw new NotSupportedException();
    }
}
