using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>The C# of README and of the pages that it leads to is what a reader needs: put into the project that the page shows, it builds, runs, and prints what the page says.</summary>
[TestClass]
public sealed class DocumentTests
{
    private const string Runtime = "Microsoft.ML.OnnxRuntime";
    private const string WithoutRuntime = "WithoutRuntime";

    private static ConsoleProjects _projects = null!;

    public static IEnumerable<object[]> Pages => DocumentPage.All().Select(page => new object[] { page.Name });

    public static IEnumerable<object[]> Programs => DocumentPage.All().SelectMany(page => page.Programs.Select(program => new object[] { page.Name, program.Line }));

    [ClassInitialize]
    public static async Task BuildProjects(TestContext context)
    {
        _projects = new ConsoleProjects();
        foreach (var page in DocumentPage.All()) _projects.Add(NameOf(page), page.Project(), page.Programs.First().Text);
        var readme = DocumentPage.Load(DocumentPage.Readme);
        var project = readme.Project();
        project.Descendants("PackageReference").Where(p => p.Attribute("Include")!.Value == Runtime).Remove();
        _projects.Add(WithoutRuntime, project, readme.Programs.First().Text);
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
    public async Task Project_WithoutOnnxRuntimesNativePart_SaysWhichPackageIsMissing()
    {
        var (code, _, error) = await _projects.RunAsync([_projects.Built(WithoutRuntime)], DocumentPage.Root);
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

    [TestMethod]
    public void Workflow_OfTheThreeSystems_RunsReadmesCommands()
    {
        var workflow = File.ReadAllText(Path.Combine(DocumentPage.Root, ".github", "workflows", "ci.yml"));
        var commands = DocumentPage.Load(DocumentPage.Readme).Blocks.First(b => b.Language == "sh").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, commands);
        foreach (var command in commands) StringAssert.Contains(workflow, $"- run: {command}\n");
    }

    private static (DocumentPage Page, FencedBlock Program) Find(string name, int line)
    {
        var page = DocumentPage.Load(name);
        return (page, page.Programs.Single(p => p.Line == line));
    }

    private static IEnumerable<XElement> Packages(DocumentPage page) => page.Project().Descendants("PackageReference");

    private static string NameOf(DocumentPage page) => page.Name == DocumentPage.Readme ? "README" : Path.ChangeExtension(page.Name, null).Replace('/', '.');

    /// <summary>The clone; or, for programs that read files of the reader's own, a folder that has them.</summary>
    private static string WorkingFolder(FencedBlock program)
    {
        var (photos, smear) = (Path.Combine(_projects.Temporary, "photos"), Path.Combine(_projects.Temporary, "smear.png"));
        if (program.Text.Contains("\"photos\"", StringComparison.Ordinal)) WritePhotos(photos);
        else if (program.Text.Contains("\"boxes\"", StringComparison.Ordinal)) WriteBoxes(Path.Combine(_projects.Temporary, "boxes"));
        else if (program.Text.Contains("\"best.onnx\"", StringComparison.Ordinal)) WriteSegmentingNetwork(_projects.Temporary);
        else if (program.Text.Contains("\"smear.png\"", StringComparison.Ordinal)) File.Copy(Path.Combine(DocumentPage.Root, "assets", "images", "blood-smear.png"), smear, overwrite: true);
        else return DocumentPage.Root;
        return _projects.Temporary;
    }

    /// <summary>Six images for training and two for validation, each with a ball of its own size, and <c>data.yaml</c>.</summary>
    private static void WriteBoxes(string folder)
    {
        for (var i = 0; i < 8; i++)
        {
            var images = Directory.CreateDirectory(Path.Combine(folder, "images", i < 6 ? "train" : "val")).FullName;
            using (var image = new RgbImage(64, 64)) image.Save(Path.Combine(images, $"{i}.png"));
            File.WriteAllText(Path.Combine(images, $"{i}.txt"), string.Create(CultureInfo.InvariantCulture, $"0 0.5 0.5 {0.2 + (0.1 * i)} {0.3 + (0.08 * i)}\n"));
        }
        File.WriteAllText(Path.Combine(folder, "data.yaml"), "train: images/train\nval: images/val\nnames: [ball]\n");
    }

    /// <summary>
    /// <c>photo.jpg</c> of 64×64 pixels, and <c>best.onnx</c> in the form of Ultralytics' segmenting networks, which finds the same ball in each image:
    /// 32×16 pixels in the middle, all of which are the ball's.
    /// </summary>
    private static void WriteSegmentingNetwork(string folder)
    {
        using (var image = new RgbImage(64, 64)) image.Save(Path.Combine(folder, "photo.jpg"));
        const int cells = 84; // at strides of 8, 16 and 32
        float[] ball = [32, 32, 32, 16, 0.9f, 1];
        var boxes = new float[ball.Length * cells];
        for (var i = 0; i < ball.Length; i++) boxes[i * cells] = ball[i];
        var network = new GraphWriter("best");
        network.Input("images", DataType.Float, 1, 3, 64, 64);
        network.Output("output0", network.Floats(boxes, 1, ball.Length, cells), DataType.Float, 1, ball.Length, cells);
        network.Output("output1", network.Floats([.. Enumerable.Repeat(10f, 16 * 16)], 1, 1, 16, 16), DataType.Float, 1, 1, 16, 16);
        var model = network.Build();
        foreach (var (key, value) in new[] { ("author", "Ultralytics"), ("task", "segment"), ("names", "{0: 'ball'}"), ("stride", "32") }) model.Metadata[key] = value;
        model.Save(Path.Combine(folder, "best.onnx"));
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
