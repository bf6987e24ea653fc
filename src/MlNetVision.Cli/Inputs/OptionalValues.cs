using MlNetVision.Imaging;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Cli.Inputs;

/// <summary>
/// The value of <c>--json [FILE]</c> is optional, so that <c>detect --json a.jpg</c> could mean two things; likewise
/// <c>--heatmap [CLASS]</c>. An image, a model, a folder or a pattern is never the value: it is an input, and the option stands alone.
/// </summary>
internal static class OptionalValues
{
    public const string Json = "--json";

    public const string Heatmap = "--heatmap";

    /// <summary>The value that stands for standard output, as with other programs.</summary>
    public const string StandardOutput = "-";

    private static IEnumerable<string> ModelExtensions => [".onnx", ".zip", ".weights", .. ModelImporters.Extensions];

    /// <summary>Moves such an option that stands before an input to the end, where it can take no value.</summary>
    public static IReadOnlyList<string> Untangle(IReadOnlyList<string> args) => Untangle(Untangle(args, Json), Heatmap);

    private static IReadOnlyList<string> Untangle(IReadOnlyList<string> args, string name)
    {
        var end = args.ToList().IndexOf("--");
        if (end < 0) end = args.Count;
        var at = args.ToList().IndexOf(name);
        if (at < 0 || at + 1 >= end || !IsInput(args[at + 1])) return args;
        return [.. args.Take(at), .. args.Skip(at + 1).Take(end - at - 1), name, .. args.Skip(end)];
    }

    private static bool IsInput(string argument) =>
        ImageFiles.IsImage(argument)
        || ModelExtensions.Contains(Path.GetExtension(argument), StringComparer.OrdinalIgnoreCase)
        || Directory.Exists(argument)
        || GlobPattern.IsPattern(argument);
}
