using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using MlNetVision.Imaging;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>The C# of README and of the pages that it leads to is what a reader needs: put into the project that the page shows, it builds, runs, and prints what the page says.</summary>
[TestClass]
public sealed class DocumentTests
{
    private const string Runtime = "Microsoft.ML.OnnxRuntime";
    private const string Skia = "SkiaSharp.NativeAssets.Linux.NoDependencies";

    private static ConsoleProjects _projects = null!;

    public static IEnumerable<object[]> Pages => DocumentPage.All().Select(page => new object[] { page.Name });

    public static IEnumerable<object[]> Programs => DocumentPage.All().SelectMany(page => page.Programs.Select(program => new object[] { page.Name, program.Line }));

    [ClassInitialize]
    public static async Task BuildProjects(TestContext context)
    {
        _projects = new ConsoleProjects();
        foreach (var page in DocumentPage.All()) _projects.Add(NameOf(page), page.Project(), page.Programs.First().Text);
        var readme = DocumentPage.Load(DocumentPage.Readme);
        foreach (var package in new[] { Runtime, Skia })
        {
            var project = readme.Project();
            project.Descendants("PackageReference").Where(p => p.Attribute("Include")!.Value == package).Remove();
            _projects.Add(Without(package), project, readme.Programs.First().Text);
        }
        await _projects.BuildAsync();
    }

    [ClassCleanup]
    public static void RemoveProjects() => _projects.Dispose();

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public async Task Program_OfAPage_PrintsWhatThePageShows(string name, int line)
    {
        var (page, program) = Find(name, line);
        var shown = page.Shown(program);
        Assert.IsNotNull(shown, $"{name} shows no output after:\n{program.Text}");

        // The first one is what the SDK itself built.
        var compiled = _projects.Compile(NameOf(page), string.Create(CultureInfo.InvariantCulture, $"line{line}"), _projects.Program(NameOf(page), program.Text));
        var path = program == page.Programs.First() ? _projects.Built(NameOf(page)) : compiled;
        var (code, output, error) = await _projects.RunAsync([path], WorkingFolder(program));

        Assert.AreEqual(0, code, error);
        Assert.AreEqual(shown, output);
    }

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void Program_WithoutOneOfItsUsings_DoesNotCompile(string name, int line)
    {
        var (page, program) = Find(name, line);
        foreach (var directive in program.Text.Split('\n').TakeWhile(l => l.StartsWith("using ", StringComparison.Ordinal) && l.EndsWith(';')))
        {
            var found = _projects.Program(NameOf(page), program.Text.Replace(directive + "\n", "", StringComparison.Ordinal)).Diagnose();
            Assert.Contains(d => d.Severity == DiagnosticSeverity.Error, found, $"compiles without: {directive}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void Program_WithATypeBeforeItsStatements_DoesNotCompile(string name, int line)
    {
        var (page, program) = Find(name, line);
        var statements = program.Text.IndexOf("\n\n", StringComparison.Ordinal) + 1;
        var found = _projects.Program(NameOf(page), program.Text.Insert(statements, "public sealed class Early;\n")).Diagnose();
        Assert.Contains(d => d.Id == "CS8803", found, string.Join('\n', found));
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Project_OfAPage_NamesThePackagesOfItsNativeParts(string name) =>
        Assert.IsEmpty(BuiltDependencies.Read(_projects.Built(NameOf(DocumentPage.Load(name)))).UnnamedNativeParts("linux"));

    [TestMethod]
    public void Project_WithoutSkiaSharpsNativePart_HasItByAccident()
    {
        string[] expected = [Skia];
        CollectionAssert.AreEqual(expected, BuiltDependencies.Read(_projects.Built(Without(Skia))).UnnamedNativeParts("linux").ToArray());
    }

    [TestMethod]
    public async Task Project_WithoutOnnxRuntimesNativePart_SaysWhichPackageIsMissing()
    {
        var (code, _, error) = await _projects.RunAsync([_projects.Built(Without(Runtime))], DocumentPage.Root);
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(error, $"Add the package {Runtime} to the app.");
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Packages_OfAPage_HaveTheRepositorysVersions(string name)
    {
        var versions = XDocument.Load(Path.Combine(DocumentPage.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(x => x.Attribute("Include")!.Value, x => x.Attribute("Version")!.Value);
        versions["MlNetVision"] = versions["MlNetVision.Training"] = XDocument.Load(Path.Combine(DocumentPage.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var packages = Packages(DocumentPage.Load(name)).ToList();
        Assert.IsNotEmpty(packages);
        foreach (var package in packages)
            Assert.AreEqual(versions.GetValueOrDefault(package.Attribute("Include")!.Value), package.Attribute("Version")?.Value, package.ToString());
    }

    private static (DocumentPage Page, FencedBlock Program) Find(string name, int line)
    {
        var page = DocumentPage.Load(name);
        return (page, page.Programs.Single(p => p.Line == line));
    }

    private static IEnumerable<XElement> Packages(DocumentPage page) => page.Project().Descendants("PackageReference");

    private static string NameOf(DocumentPage page) => Path.GetFileNameWithoutExtension(page.Name);

    private static string Without(string package) => "Without." + package;

    /// <summary>The clone; or, for the program that reads a folder of photos, a folder that has one.</summary>
    private static string WorkingFolder(FencedBlock program)
    {
        if (!program.Text.Contains("\"photos\"", StringComparison.Ordinal)) return DocumentPage.Root;
        WritePhotos(Path.Combine(_projects.Temporary, "photos"));
        return _projects.Temporary;
    }

    /// <summary>Ten images each of red, green and blue, all a little different.</summary>
    private static void WritePhotos(string folder)
    {
        string[] names = ["red", "green", "blue"];
        for (var i = 0; i < 30; i++)
        {
            using var image = new RgbImage(40, 40);
            var pixels = image.Pixels;
            for (var p = 0; p < pixels.Length; p++) pixels[p] = p % 4 == 3 ? (byte)255 : p % 4 == i % 3 ? (byte)(200 + i) : (byte)(10 + i);
            var place = Path.Combine(folder, names[i % 3], FormattableString.Invariant($"{i:00}.png"));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            image.Save(place);
        }
    }
}
