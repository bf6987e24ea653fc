using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MlNetVision.Cli.Tests;

/// <summary>What the project file leaves out of the package of the <c>dotnet tool</c>, tried on the native libraries that a build has.</summary>
[TestClass]
public sealed class ToolPackageTests
{
    private static readonly string[] Systems = ["win", "linux", "osx", "unix"];

    [TestMethod]
    public void LeftOutOfTool_NativeLibrariesOfABuild_AreThoseOfPhones()
    {
        var leftOut = new Regex(XDocument.Load(ProjectFile()).Descendants("LeftOutOfTool").Single().Value, RegexOptions.None, TimeSpan.FromSeconds(1));
        string[] platforms = [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "runtimes")).Select(f => Path.GetFileName(f)!)];

        string[] kept = [.. platforms.Where(p => !leftOut.IsMatch($"runtimes/{p}/native/library.so"))];

        foreach (var platform in new[] { "win-x64", "win-arm64", "linux-x64", "linux-arm64", "osx-arm64" }) CollectionAssert.Contains(kept, platform);
        Assert.IsEmpty(kept.Where(p => !Systems.Contains(p.Split('-')[0])), $"the package has native libraries for {string.Join(", ", kept)}");
        CollectionAssert.IsSubsetOf(new[] { "android", "ios" }, platforms.Except(kept).ToArray());
        foreach (var file in new[] { "MlNetVision.Cli.dll", "de/android.resources.dll" }) Assert.IsFalse(leftOut.IsMatch(file));
    }

    private static string ProjectFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "src", "MlNetVision.Cli", "MlNetVision.Cli.csproj");
            if (File.Exists(file)) return file;
        }
        throw new InvalidOperationException("MlNetVision.Cli.csproj is in no folder above the tests.");
    }
}
