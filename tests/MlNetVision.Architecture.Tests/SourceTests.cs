using System.Text.RegularExpressions;

namespace MlNetVision.Architecture.Tests;

/// <summary>What assemblies do not show: that graphs are written in one place.</summary>
[TestClass]
public sealed partial class SourceTests
{
    /// <summary>The writer itself, and the node by which rules see a layer that was rewritten in several.</summary>
    private static readonly string[] MayMakeNodes = ["GraphWriter.cs", "TrainingForms.cs"];

    private static string Repository
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "MlNetVision.sln"))) return folder.FullName;
            throw new InvalidOperationException("MlNetVision.sln is in no folder above the tests.");
        }
    }

    [TestMethod]
    public void Nodes_AreMadeByTheGraphWriterAlone()
    {
        var source = Path.Combine(Repository, "src");
        var makers = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(source, f).Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin") && MakesNode().IsMatch(File.ReadAllText(f)))
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray();

        CollectionAssert.AreEqual(MayMakeNodes.Order(StringComparer.Ordinal).ToArray(), makers);
    }

    [GeneratedRegex(@"new NodeProto\b|NodeProto \w+ = new\(")]
    private static partial Regex MakesNode();
}
