using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>Reads class names: Darknet's <c>.names</c>, the <c>classes.txt</c> of YAD2K and Keras ports.</summary>
public static class LabelFile
{
    private const string Expected = "class names, one per line";

    /// <summary>
    /// Reads a file of names, one per line, UTF-8 with or without byte order mark, any line ends; blank lines at the end are ignored. A blank
    /// line before the last name is a class of no name, as Darknet counts it: the fourth line is then called "class 3".
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The names, without blanks around them, in the order of their class indices.</returns>
    /// <exception cref="BadModelException">The file cannot be read, is not text, or has no names.</exception>
    public static IReadOnlyList<string> Read(string path) => Read(path, SmallTextFile.MaxBytes);

    /// <summary>Reads a file of names up to another size, for data sets.</summary>
    internal static IReadOnlyList<string> Read(string path, int maxBytes) => Parse(SmallTextFile.Read(path, Expected, maxBytes), path);

    /// <summary>Reads names from text.</summary>
    /// <param name="text">One name per line.</param>
    /// <param name="source">The text's name in messages: its file.</param>
    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyList<string> Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries);
        if (lines is [""]) throw new BadModelException($"'{source}' is empty. Expected: {Expected}.");
        return [.. lines.Select((name, i) => name.Length > 0 ? name : FormattableString.Invariant($"class {i}"))];
    }
}
