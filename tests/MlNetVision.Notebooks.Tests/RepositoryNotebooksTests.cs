using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MlNetVision.Notebooks.Tests;

/// <summary>The notebooks of the repository and their source.</summary>
[TestClass]
public sealed class RepositoryNotebooksTests
{
    private const string Remedy = "run: dotnet run --project src/Tools/MlNetVision.Notebooks -- run notebooks";
    private static readonly string Root = FindRoot();
    private static readonly string Folder = Path.Combine(Root, "notebooks");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Path.Combine(Folder, "source"), "*.md").Select(path => Path.GetFileNameWithoutExtension(path)!);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void App_OfARepositoryNotebook_IsWhatItsSourceGives(string name) =>
        Assert.AreEqual(FileAppWriter.Write(Load(name)), File.ReadAllText(Path.Combine(Folder, name + ".cs")), Remedy);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Notebook_OfARepositoryNotebook_IsWhatItsSourceGives(string name)
    {
        var path = Path.Combine(Folder, name + ".ipynb");

        var generated = NotebookFile.Write(Load(name), NotebookFile.ReadOutputs(path, Load(name)));

        Assert.AreEqual(generated, File.ReadAllText(path), Remedy);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Notebook_CellsThatDisplay_AreSavedWithTheirOutputs(string name)
    {
        var source = Load(name);
        var outputs = NotebookFile.ReadOutputs(Path.Combine(Folder, name + ".ipynb"), source);

        foreach (var (cell, stored) in source.Cells.Zip(outputs))
            if (cell.IsCode && Regex.IsMatch(cell.Text, @"^(display|Show\w*)\(", RegexOptions.Multiline)) Assert.AreNotEqual(0, stored.Count, cell.Text);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Packages_OfARepositoryNotebook_HaveTheRepositorysVersions(string name)
    {
        var versions = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(x => x.Attribute("Include")!.Value, x => x.Attribute("Version")!.Value);
        versions["MlNetVision"] = versions["MlNetVision.Training"] = XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;

        foreach (var package in Load(name).Cells.SelectMany(c => PackageDirective.Find(c.Text)))
            Assert.AreEqual(versions.GetValueOrDefault(package.Package), package.Version, package.Package);
    }

    private static NotebookSource Load(string name) => NotebookSource.Load(Path.Combine(Folder, "source", name + ".md"));

    internal static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MlNetVision.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
