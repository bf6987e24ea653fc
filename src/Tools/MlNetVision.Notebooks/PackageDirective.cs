using System.Text.RegularExpressions;

namespace MlNetVision.Notebooks;

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
