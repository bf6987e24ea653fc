using MlNetVision.Cli.Hosting;
using MlNetVision.Data;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Inputs;

/// <summary>Turns what the user gave as INPUT into images: files, folders, patterns, <c>-</c>.</summary>
internal static class ImageInputs
{
    /// <summary>The argument that stands for one image on standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>What messages call standard input.</summary>
    public const string StandardInputName = "standard input";

    /// <summary>
    /// The images in the order of the arguments, each file once; within a folder or pattern in ordinal order of names.
    /// An argument that leads to no image gives one entry with its error.
    /// </summary>
    /// <param name="arguments">Files, folders, patterns, <c>-</c>.</param>
    /// <param name="except">A folder that is not searched: the output of this and earlier runs; or null.</param>
    /// <param name="terminal">Where images of formats that are not read are counted, in one line; null: nowhere.</param>
    public static IReadOnlyList<ImageInput> Expand(IEnumerable<string> arguments, string? except = null, Terminal? terminal = null)
    {
        var others = new UnreadFormats();
        var excluded = except is null ? null : RealPath.Of(except);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<ImageInput> inputs = [.. arguments.SelectMany(a => ExpandOne(a, excluded, others))
            .Where(input => seen.Add(input.IsStandardInput || input.Error is not null ? input.Path : Path.GetFullPath(input.Path)))];
        if (others.ToString() is { } unread) terminal?.Warn(unread);
        return inputs;
    }

    /// <summary>Standard input, to read an image from.</summary>
    /// <exception cref="BadImageException">The caller closed it.</exception>
    public static Stream Open(Terminal terminal) => terminal.Input
        ?? throw new BadImageException($"{StandardInputName} ('{StandardInput}') is closed; expected an image on it, such as from 'cat dog.jpg |'.");

    private static IEnumerable<ImageInput> ExpandOne(string argument, string? excluded, UnreadFormats others)
    {
        if (argument == StandardInput) return [new ImageInput(StandardInput, "stdin")];
        if (argument.Length == 0) return [Failed(argument, "an empty name was given, expected an image, a folder, a pattern or '-'.")];
        if (Directory.Exists(argument))
            return OrError(argument, $"no images{LeftOut(argument, excluded)}", ImageWalk.Below(argument, excluded, others).Select(ToInput));
        if (File.Exists(argument) || !GlobPattern.IsPattern(argument)) return [new ImageInput(argument, Path.GetFileName(argument))];
        var matches = GlobPattern.Expand(argument)
            .Where(m => excluded is null || !RealPath.IsWithin(m.Path, excluded))
            .Where(m => IsImage(m.Path, others) || ImageFiles.IsImage(argument))
            .Select(m => new ImageInput(m.Path, m.RelativeName));
        return OrError(argument, "no images match this pattern", matches);
    }

    private static bool IsImage(string path, UnreadFormats others)
    {
        if (ImageFiles.IsImage(path)) return true;
        others.Add(path);
        return false;
    }

    private static string LeftOut(string folder, string? excluded) =>
        excluded is not null && Directory.Exists(excluded) && (RealPath.AreSame(RealPath.Of(folder), excluded) || RealPath.IsWithin(excluded, RealPath.Of(folder)))
            ? $"; the output folder {excluded} is left out"
            : "";

    private static IEnumerable<ImageInput> OrError(string argument, string error, IEnumerable<ImageInput> inputs)
    {
        var any = false;
        foreach (var input in inputs)
        {
            any = true;
            yield return input;
        }
        if (!any) yield return Failed(argument, $"{error} ({string.Join(' ', ImageFiles.Extensions)}).");
    }

    private static ImageInput ToInput(FoundImage found) =>
        found.Error is null ? new(found.Path, found.RelativeName) : new(found.Path, found.Path, found.Error);

    private static ImageInput Failed(string path, string error) => new(path, path, $"{path}: {error}");
}

/// <summary>One image to work on, or an input that leads to none.</summary>
/// <param name="Path">The file as the user gave it or as it was found below what the user gave; <c>-</c> for standard input.</param>
/// <param name="RelativeName">What the output folder calls it: the path below the given folder, else the file's name.</param>
/// <param name="Error">Why there is no image, or null.</param>
internal sealed record ImageInput(string Path, string RelativeName, string? Error = null)
{
    public bool IsStandardInput => Path == ImageInputs.StandardInput;
}
