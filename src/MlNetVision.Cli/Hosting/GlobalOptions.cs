using System.CommandLine;

namespace MlNetVision.Cli.Hosting;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    private const string QuietName = "--quiet";
    private const string VerbosityName = "--verbosity";

    public static void AddTo(Command root)
    {
        root.Add(new Option<bool>(QuietName, "-q")
        {
            Description = "No progress and no notes; errors are still shown.",
            Recursive = true,
        });
        var verbosity = new Option<string>(VerbosityName)
        {
            Description = "How much to write to standard error.",
            Recursive = true,
            DefaultValueFactory = _ => "normal",
        };
        verbosity.AcceptOnlyFromAmong(ChoiceOption.NamesOf<Verbosity>());
        root.Add(verbosity);
    }

    public static Verbosity GetVerbosity(ParseResult parsed) => parsed.GetValue<bool>(QuietName)
        ? Verbosity.Quiet
        : Enum.Parse<Verbosity>(parsed.GetValue<string>(VerbosityName)!, ignoreCase: true);

    /// <summary>Tells options that stand on the command line from those that have a default.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
