using System.CommandLine;
using System.Globalization;

namespace MlNetVision.Cli.Hosting;

/// <summary>
/// The directive <c>[suggest:CURSOR] "LINE"</c> of System.CommandLine, by which shells and dotnet-suggest ask what may
/// stand at the cursor. Served here because System.CommandLine ties it to a command named after the process.
/// </summary>
internal static class Suggestions
{
    private const string Start = "[suggest";

    public static bool IsRequest(string argument) => argument.StartsWith(Start, StringComparison.Ordinal) && argument.EndsWith(']');

    public static int Print(Command root, IReadOnlyList<string> args, TextWriter output)
    {
        var line = args.Count > 1 ? args[1] : "";
        var number = args[0][Start.Length..].Trim(':', ']');
        var cursor = int.TryParse(number, CultureInfo.InvariantCulture, out var at) ? Math.Clamp(at, 0, line.Length) : line.Length;
        foreach (var completion in root.Parse(line).GetCompletions(cursor)) output.WriteLine(completion.Label);
        output.Flush();
        return ExitCode.Done;
    }
}
