using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Detection;
using MlNetVision.Notebooks.Tests.Documents;

namespace MlNetVision.Notebooks.Tests.Packages;

/// <summary>The packages as a user has them: installed from the folder into an empty home, with an empty cache.</summary>
[TestClass]
public sealed class InstalledPackagesTests
{
    private static readonly string Smear = Path.Combine(PackageFolder.Root, "assets", "images", "blood-smear.png");

    [ClassInitialize]
    public static void Need(TestContext _) => PackageFolder.Need();

    [TestMethod]
    public void App_WithThePackages_BuildsWithoutAWarningAndPrintsWhatReadmeShows()
    {
        using var home = new EmptyHome(PackageFolder.Path);
        var app = home.NewFolder("app");
        var readme = DocumentPage.Load(DocumentPage.Readme);
        // README's project, with the packages in place of the clone's projects.
        var project = readme.Project();
        foreach (var reference in project.Descendants("ProjectReference").ToList())
            reference.ReplaceWith(new XElement("PackageReference", new XAttribute("Include", "MlNetVision.Training"), new XAttribute("Version", PackageFolder.Version)));
        project.Save(Path.Combine(app, "App.csproj"));
        var program = readme.Programs.First();
        File.WriteAllText(Path.Combine(app, "Program.cs"), program.Text);

        var log = home.Run("dotnet", ["build", "-c", "Release", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"], app);
        var output = home.Run("dotnet", [Directory.GetFiles(Path.Combine(app, "bin"), "App.dll", SearchOption.AllDirectories).Single()], PackageFolder.Root);

        Assert.DoesNotContain("warning", log);
        StringAssert.Contains(log, "0 Warning(s)");
        Assert.AreEqual(readme.Shown(program), output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Tool_Installed_PrintsWhatTheLibraryFinds()
    {
        using var home = new EmptyHome(PackageFolder.Path);
        var (tools, work) = (home.NewFolder("tools"), home.NewFolder("work"));
        File.Copy(Smear, Path.Combine(work, "smear.png"));

        home.Run("dotnet", ["tool", "install", "MlNetVision.Cli", "--tool-path", tools], work);
        var mlnetvision = Path.Combine(tools, OperatingSystem.IsWindows() ? "mlnetvision.exe" : "mlnetvision");
        var version = home.Run(mlnetvision, ["--version"], work);
        var json = home.Run(mlnetvision, ["detect", "smear.png", "--json", "--quiet"], work);
        home.Run(mlnetvision, ["demo", "-o", "shown"], work);

        StringAssert.StartsWith(version, PackageFolder.Version);
        using var line = System.Text.Json.JsonDocument.Parse(json);
        using var detector = ObjectDetector.Load("blood-cells");
        CollectionAssert.AreEqual(
            detector.Detect(Smear).Detections.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Label} {d.Box.Left:0.0}")).ToArray(),
            line.RootElement.GetProperty("detections").EnumerateArray()
                .Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.GetProperty("label")} {d.GetProperty("box").GetProperty("left").GetDouble():0.0}")).ToArray());
        Assert.IsNotEmpty(Directory.GetFiles(Path.Combine(work, "shown"), "*.png", SearchOption.AllDirectories));
    }
}
