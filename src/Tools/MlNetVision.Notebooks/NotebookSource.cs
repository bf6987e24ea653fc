using System.Text.RegularExpressions;

namespace MlNetVision.Notebooks;

/// <summary>
/// The one source of a notebook and its app: a markdown file. Each block fenced by <c>```csharp</c> is a code cell,
/// and the text between two of them is a markdown cell.
/// </summary>
internal sealed class NotebookSource
{
    private const string Fence = "```csharp";

    private NotebookSource(string name, IReadOnlyList<NotebookCell> cells) => (Name, Cells) = (name, cells);

    /// <summary>The name of the file without its extension, such as <c>01-detection</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>All sources of <c>FOLDER/source</c>, by name.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<NotebookSource> LoadAll(string folder) =>
        Directory.EnumerateFiles(Path.Combine(folder, "source"), "*.md").Order(StringComparer.Ordinal).Select(Load);

    public static NotebookSource Load(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    /// <summary>Splits a text into cells.</summary>
    /// <exception cref="InvalidDataException">A code block is not closed.</exception>
    public static NotebookSource Parse(string name, string text)
    {
        var cells = new List<NotebookCell>();
        var lines = new List<string>();
        var code = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line != (code ? "```" : Fence))
            {
                lines.Add(line);
                continue;
            }
            Close();
            code = !code;
        }
        if (code) throw new InvalidDataException($"{name}: a block that {Fence} opens is not closed: a line ``` was expected.");
        Close();
        return new NotebookSource(name, cells);

        void Close()
        {
            var cell = string.Join('\n', lines).Trim('\n');
            if (cell.Length > 0) cells.Add(new NotebookCell(code, cell));
            lines.Clear();
        }
    }
}

/// <summary>A line <c>#r "nuget: NAME, VERSION"</c>, as .NET Interactive reads it.</summary>
internal sealed partial record PackageDirective(string Package, string Version)
{
    /// <summary>Whether it is one of the repository's own packages, which the tool replaces by the projects of those names.</summary>
    public bool IsOwn => Package == "MlNetVision" || Package.StartsWith("MlNetVision.", StringComparison.Ordinal);

    /// <summary>The directives of a cell.</summary>
    public static IEnumerable<PackageDirective> Find(string code) =>
        Pattern().Matches(code).Select(m => new PackageDirective(m.Groups[1].Value, m.Groups[2].Value));

    /// <summary>The cell without its directives.</summary>
    public static string Remove(string code) => Pattern().Replace(code, "").TrimStart('\n');

    [GeneratedRegex("""^#r "nuget: *([\w.]+), *([\w.-]+)" *\n?""", RegexOptions.Multiline)]
    private static partial Regex Pattern();
}
