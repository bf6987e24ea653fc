using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Hosting;

/// <summary>
/// The value of <c>--json [FILE]</c> is optional, so that <c>detect --json a.jpg</c> could mean two things.
/// A picture, a model, a folder or a pattern is never the file that JSON is to be written to: it is an input,
/// and <c>--json</c> stands alone.
/// </summary>
internal static class JsonArguments
{
    public const string Name = "--json";

    /// <summary>The value that stands for standard output, as with other programs.</summary>
    public const string StandardOutput = "-";

    private static readonly string[] ModelExtensions = [".onnx", ".cfg", ".weights", ".zip", ".t7"];

    /// <summary>Moves a <c>--json</c> that stands before an input to the end, where it can take no value.</summary>
    public static IReadOnlyList<string> Untangle(IReadOnlyList<string> args)
    {
        var end = args.ToList().IndexOf("--");
        if (end < 0) end = args.Count;
        var at = args.ToList().IndexOf(Name);
        if (at < 0 || at + 1 >= end || !IsInput(args[at + 1])) return args;
        return [.. args.Take(at), .. args.Skip(at + 1).Take(end - at - 1), Name, .. args.Skip(end)];
    }

    private static bool IsInput(string argument) =>
        ImageFiles.IsPicture(argument)
        || ModelExtensions.Contains(Path.GetExtension(argument), StringComparer.OrdinalIgnoreCase)
        || Directory.Exists(argument)
        || GlobPattern.IsPattern(argument);
}
