using System.Xml.Linq;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>A page of the repository with C# in it: README, a package's own, or one of <c>assets/docs</c>.</summary>
/// <param name="Name">Its path within the repository.</param>
/// <param name="Blocks">Its fenced blocks.</param>
internal sealed record DocumentPage(string Name, IReadOnlyList<FencedBlock> Blocks)
{
    public const string Readme = "README.md";

    private const string Added = "+<";

    public static string Root { get; } = RepositoryNotebooksTests.FindRoot();

    /// <summary>The C# blocks. Each is a whole <c>Program.cs</c>.</summary>
    public IEnumerable<FencedBlock> Programs => Blocks.Where(b => b.Language == "csharp");

    /// <summary>All pages that hold C#: README, the packages' own, and <c>assets/docs</c>.</summary>
    public static IEnumerable<DocumentPage> All() => new[] { Readme }.Concat(Packages()).Concat(Pages(Path.Combine("assets", "docs"), "*.md"))
        .Select(Load).Where(page => page.Programs.Any());

    private static IEnumerable<string> Packages() =>
        Directory.EnumerateDirectories(Path.Combine(Root, "src"), "MlNetVision*").SelectMany(folder => Pages(folder, Readme)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Pages(string folder, string pattern) => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern)
        .Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    public static DocumentPage Load(string name) => new(name, FencedBlock.Parse(File.ReadAllText(Path.Combine(Root, name))));

    /// <summary>What the page says that a program prints, or null where it shows nothing.</summary>
    public string? Shown(FencedBlock program) =>
        Blocks.SkipWhile(b => b != program).Skip(1).FirstOrDefault() is { Language: "text", FollowsBlock: true } text ? text.Text : null;

    /// <summary>
    /// The project file that the page tells its reader to make, as it is written there: a whole one in XML; else README's,
    /// with the items that the page shows in XML beside README's, or with those that its <c>diff</c> adds in their place.
    /// </summary>
    public XElement Project()
    {
        var shown = Blocks.Where(b => b.Language == "xml").SelectMany(b => XElement.Parse($"<page>{b.Text}</page>").Elements()).ToList();
        if (shown.Find(e => e.Name == "Project") is { } whole) return new XElement(whole);
        Assert.AreNotEqual(Readme, Name, "README shows no whole project file in XML.");
        var project = Load(Readme).Project();
        var items = project.Elements("ItemGroup").Single();
        var added = Blocks.Where(b => b.Language == "diff").SelectMany(b => b.Text.Split('\n'))
            .Where(line => line.StartsWith(Added, StringComparison.Ordinal)).Select(line => XElement.Parse(line[1..])).ToList();
        if (added.Count > 0) items.RemoveNodes();
        items.Add(added, shown);
        return project;
    }
}
