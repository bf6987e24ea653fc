namespace MlNetVision.Onnx.Tests.Runtime;

[TestClass]
public sealed class OneOpenerTests
{
    [TestMethod]
    [DataRow("new InferenceSession(")]
    [DataRow("new SessionOptions")]
    [DataRow("new RunOptions")]
    [DataRow("OrtEnv.")]
    public void Sources_OfTheLibraries_OpenOnnxRuntimeInOnePlace(string opening)
    {
        var source = Path.Combine(Shared.Repository, "src");
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains(opening, StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(source, f)).ToList();
        Assert.IsNotEmpty(files);
        var opener = Path.Combine("Onnx", "Runtime");
        Assert.IsTrue(files.TrueForAll(f => Path.GetDirectoryName(f)!.EndsWith(opener, StringComparison.Ordinal)), $"beside {opener}: {string.Join(", ", files)}");
    }
}
