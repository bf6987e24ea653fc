using System.IO.Compression;
using System.Xml.Linq;
using MlNetVision.Tests;

namespace MlNetVision.Notebooks.Tests.Packages;

/// <summary>The folder <c>packages</c> in the clone's root, as README's readers fill it.</summary>
internal static class PackageFolder
{
    public const string Command = "dotnet pack MlNetVision.sln -c Release -o packages";

    /// <summary>The libraries, each a package of its own name.</summary>
    public static readonly string[] Libraries = ["MlNetVision", "MlNetVision.Gradients", "MlNetVision.Onnx", "MlNetVision.Training"];

    public static string Root { get; } = RepositoryNotebooksTests.FindRoot();

    public static string Path { get; } = System.IO.Path.Combine(Root, "packages");

    public static string Version { get; } = XDocument.Load(System.IO.Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Ends the test as skipped where the folder lacks the packages of this very build.</summary>
    public static void Need()
    {
        foreach (var library in Libraries)
        {
            if (!File.Exists(Of(library))) Absent.End($"packages: {Command}");
            var built = File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, library + ".dll"));
            if (!built.AsSpan().SequenceEqual(Read(library, $"lib/net10.0/{library}.dll"))) Absent.End($"packages of this build, and {Of(library)} is of another one: {Command}");
        }
    }

    /// <summary>The file of a package, with symbols or without.</summary>
    public static string Of(string package, bool symbols = false) => System.IO.Path.Combine(Path, $"{package}.{Version}.{(symbols ? "snupkg" : "nupkg")}");

    /// <summary>The entries of a package with their lengths, unpacked.</summary>
    public static IReadOnlyDictionary<string, long> Entries(string package, bool symbols = false)
    {
        using var zip = ZipFile.OpenRead(Of(package, symbols));
        return zip.Entries.ToDictionary(e => e.FullName, e => e.Length);
    }

    /// <summary>The bytes of one entry.</summary>
    public static byte[] Read(string package, string entry, bool symbols = false)
    {
        using var zip = ZipFile.OpenRead(Of(package, symbols));
        using var stream = (zip.GetEntry(entry) ?? throw new InvalidOperationException($"{package} has no {entry}")).Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>What NuGet's page shows: the elements of <c>metadata</c>, by name.</summary>
    public static XElement Metadata(string package)
    {
        var metadata = XDocument.Load(new MemoryStream(Read(package, package + ".nuspec"))).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        foreach (var element in metadata.DescendantsAndSelf()) element.Name = element.Name.LocalName;
        return metadata;
    }
}
