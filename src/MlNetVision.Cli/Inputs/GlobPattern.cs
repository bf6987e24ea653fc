using System.IO.Enumeration;
using MlNetVision.Data;
using MlNetVision.Files;

namespace MlNetVision.Cli.Inputs;

/// <summary>
/// A file pattern for shells that leave it to the program: <c>*</c> and <c>?</c> within a name, <c>**</c> for any
/// number of folders. Names that start with a dot are matched only by patterns that do so too.
/// </summary>
internal static class GlobPattern
{
    private const string AnyFolders = "**";

    private static readonly string[] AnyName = ["*"];

    /// <summary>Whether the text has wildcards. An existing file of that very name is a file, which the caller checks.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The files that match, in ordinal order, with their paths below the part of the pattern that has no wildcards.</summary>
    public static IEnumerable<(string Path, string RelativeName)> Expand(string pattern)
    {
        var separator = pattern.LastIndexOfAny(['/', Path.DirectorySeparatorChar], pattern.IndexOfAny(['*', '?']));
        var root = separator < 0 ? "" : pattern[..(separator + 1)];
        var segments = pattern[root.Length..].Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        return Walk(root, segments, new LinkedFolders(root.Length == 0 ? "." : root))
            .Distinct(StringComparer.Ordinal)
            .Select(path => (path, path[root.Length..]));
    }

    private static IEnumerable<string> Walk(string folder, ReadOnlyMemory<string> segments, LinkedFolders links)
    {
        var segment = segments.Span[0];
        var rest = segments[1..];
        if (segment == AnyFolders)
        {
            // "a/**" alone means every file below a.
            foreach (var found in Walk(folder, rest.IsEmpty ? AnyName : rest, links)) yield return found;
            foreach (var sub in Entries(folder, "*", folders: true))
            {
                if (!links.Follows(new DirectoryInfo(sub))) continue;
                foreach (var found in Walk(sub + '/', segments, links)) yield return found;
            }
        }
        else if (rest.IsEmpty)
        {
            foreach (var file in Entries(folder, segment, folders: false)) yield return file;
        }
        else
        {
            foreach (var sub in Entries(folder, segment, folders: true))
                foreach (var found in Walk(sub + '/', rest, links))
                    yield return found;
        }
    }

    private static IEnumerable<string> Entries(string folder, string name, bool folders)
    {
        var directory = new DirectoryInfo(folder.Length == 0 ? "." : folder);
        if (!directory.Exists) return [];
        var all = folders ? directory.EnumerateDirectories("*", Everything).Cast<FileSystemInfo>() : directory.EnumerateFiles("*", Everything);
        return all
            .Where(e => FileSystemName.MatchesSimpleExpression(name, e.Name, ignoreCase: OperatingSystem.IsWindows()))
            .Where(e => name[0] == '.' || name == e.Name || !ImageWalk.IsLeftOut(e.Name))
            .Select(e => folder + e.Name)
            .Order(StringComparer.Ordinal);
    }

    private static EnumerationOptions Everything => new() { AttributesToSkip = 0, IgnoreInaccessible = true };
}
