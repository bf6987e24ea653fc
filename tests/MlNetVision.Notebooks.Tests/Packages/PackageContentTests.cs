using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using MlNetVision.Imaging;

namespace MlNetVision.Notebooks.Tests.Packages;

/// <summary>What stands in the packages: what NuGet's page shows, what a debugger asks for, and no more native libraries than a system needs.</summary>
[TestClass]
public sealed partial class PackageContentTests
{
    private const long LargestTool = 60_000_000;

    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE"); // Portable PDB format, CustomDebugInformation

    public static IEnumerable<object[]> All => PackageFolder.Libraries.Append("MlNetVision.Cli").Select(p => new object[] { p });

    public static IEnumerable<object[]> Libraries => PackageFolder.Libraries.Select(p => new object[] { p });

    /// <summary>The systems of the tool, with the ending of their native libraries.</summary>
    public static IEnumerable<object[]> Systems => [["linux-x64", ".so"], ["linux-arm64", ".so"], ["osx-arm64", ".dylib"], ["win-x64", ".dll"], ["win-arm64", ".dll"]];

    [ClassInitialize]
    public static void Need(TestContext _) => PackageFolder.Need();

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Package_WhatThePageShows_IsItsOwn(string package)
    {
        var metadata = PackageFolder.Metadata(package);

        Assert.AreEqual("MIT", metadata.Element("license")!.Value);
        Assert.AreEqual("icon.png", metadata.Element("icon")!.Value);
        using (var icon = RgbImage.Load(PackageFolder.Read(package, "icon.png"), "icon.png")) Assert.AreEqual((128, 128), (icon.Width, icon.Height));
        Assert.AreEqual("README.md", metadata.Element("readme")!.Value);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(PackageFolder.Root, "src", package, "README.md")), PackageFolder.Read(package, "README.md"));
        Assert.IsGreaterThan(60, metadata.Element("description")!.Value.Length);
        Assert.HasCount(PackageFolder.Libraries.Length + 1, All.Select(p => PackageFolder.Metadata((string)p[0]).Element("description")!.Value).Distinct());
        StringAssert.Contains(metadata.Element("tags")!.Value, "onnx");
        // The changelog's newest section, without its heading and the older ones.
        var changelog = File.ReadAllText(Path.Combine(PackageFolder.Root, "CHANGELOG.md"));
        var section = changelog.Split("\n## ")[1];
        var notes = metadata.Element("releaseNotes")!.Value.ReplaceLineEndings("\n").Trim();
        Assert.IsTrue(section[(section.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim() == notes, $"not the newest section: {notes[..Math.Min(notes.Length, 200)]}");
        Assert.IsNull(metadata.Element("projectUrl"), "an address was invented");
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Readme_OfAPackage_LinksToNoFileOfTheClone(string package)
    {
        foreach (Match link in Link().Matches(Encoding.UTF8.GetString(PackageFolder.Read(package, "README.md"))))
            Assert.StartsWith("https://", link.Groups[1].Value, "a page of NuGet has no files beside it");
    }

    [TestMethod]
    [DynamicData(nameof(Libraries))]
    public void Library_Content_IsOneAssemblyWithItsDocumentation(string package)
    {
        var files = PackageFolder.Entries(package).Keys.Where(e => e.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        CollectionAssert.AreEqual(new[] { $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml" }, files.ToArray());
        // Native parts are the app's choice; SkiaSharp's for Linux comes with the images.
        var packages = PackageFolder.Metadata(package).Descendants("dependency").Select(d => d.Attribute("id")!.Value).ToList();
        CollectionAssert.DoesNotContain(packages, "Microsoft.ML.OnnxRuntime");
        CollectionAssert.IsSubsetOf(packages.Where(p => p.StartsWith("MlNetVision", StringComparison.Ordinal)).ToArray(), PackageFolder.Libraries);
    }

    [TestMethod]
    [DynamicData(nameof(Libraries))]
    public void Symbols_OfALibrary_BelongToItAndHoldItsSources(string package)
    {
        using var assembly = new PEReader(new MemoryStream(PackageFolder.Read(package, $"lib/net10.0/{package}.dll")));
        var entries = assembly.ReadDebugDirectory();
        Assert.IsTrue(entries.Any(e => e.Type == DebugDirectoryEntryType.Reproducible), "the build is not deterministic");
        var asked = assembly.ReadCodeViewDebugDirectoryData(entries.Single(e => e.Type == DebugDirectoryEntryType.CodeView)).Guid;

        using var symbols = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(PackageFolder.Read(package, $"lib/net10.0/{package}.pdb", symbols: true)));
        var reader = symbols.GetMetadataReader();
        Assert.AreEqual(asked, new BlobContentId(reader.DebugMetadataHeader!.Id).Guid);
        var sources = reader.Documents.Where(d => reader.GetCustomDebugInformation(d).Any(i => reader.GetGuid(reader.GetCustomDebugInformation(i).Kind) == EmbeddedSource));
        Assert.HasCount(reader.Documents.Count, sources.ToList());
    }

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void Tool_OfASystem_IsSmallAndHasItsNativeLibrariesAlone(string system, string ending)
    {
        var package = "MlNetVision.Cli." + system;
        var file = new FileInfo(PackageFolder.Of(package));
        Assert.IsLessThan(LargestTool, file.Length);

        var folder = $"tools/net10.0/{system}/";
        var names = PackageFolder.Entries(package).Keys.Where(e => e.StartsWith(folder, StringComparison.Ordinal)).Select(e => e[folder.Length..]).ToList();
        Assert.IsEmpty(names.Where(n => n.StartsWith("runtimes/", StringComparison.Ordinal) && !n.StartsWith($"runtimes/{system}/", StringComparison.Ordinal)));
        foreach (var library in new[] { "onnxruntime", "libSkiaSharp" })
            Assert.HasCount(1, names.Where(n => Path.GetFileNameWithoutExtension(n).EndsWith(library, StringComparison.Ordinal) && n.EndsWith(ending, StringComparison.Ordinal)).ToList(),
                $"{library}{ending} in {string.Join(", ", names)}");
        foreach (var library in PackageFolder.Libraries)
            CollectionAssert.AreEqual(PackageFolder.Read(library, $"lib/net10.0/{library}.dll"), PackageFolder.Read(package, $"{folder}{library}.dll"), $"{library} is of another build");
    }

    [TestMethod]
    public void Tool_ItsPointer_NamesThePackageOfEachSystem()
    {
        var settings = Encoding.UTF8.GetString(PackageFolder.Read("MlNetVision.Cli", "tools/any/any/DotnetToolSettings.xml"));
        foreach (var system in Systems) StringAssert.Contains(settings, $"RuntimeIdentifier=\"{system[0]}\" Id=\"MlNetVision.Cli.{system[0]}\"");
        StringAssert.Contains(settings, "Command Name=\"mlnetvision\"");
    }

    [GeneratedRegex(@"\]\(([^)]*)\)|src=""([^""]*)""")]
    private static partial Regex Link();
}
