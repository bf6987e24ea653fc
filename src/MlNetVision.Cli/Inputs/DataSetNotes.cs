using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Data;

namespace MlNetVision.Cli.Inputs;

/// <summary>Says what is odd about a data set and what of it is left out; and the option that refuses to leave anything out.</summary>
internal sealed class DataSetNotes
{
    /// <summary>How many things that are left out are named without being asked.</summary>
    private const int Named = 3;

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "End with an error where a label file, an image or an entry cannot be used, instead of leaving it out.",
    };

    public void AddTo(Command command) => command.Add(_strict);

    public bool IsStrict(ParseResult parsed) => parsed.GetValue(_strict);

    /// <summary>Reports an image that could not be evaluated, and is left out.</summary>
    /// <returns>The exit code for it.</returns>
    /// <exception cref="BadDataSetException">Nothing may be left out.</exception>
    public static int Fail(Terminal terminal, Exception error, bool strict)
    {
        if (strict) throw new BadDataSetException(Failure.Describe(error), error);
        return Math.Max(Failure.Report(terminal, error), ExitCode.Failed);
    }

    /// <summary>Prints the warnings, and one line on what is left out.</summary>
    /// <param name="terminal">The streams.</param>
    /// <param name="warnings">What is odd.</param>
    /// <param name="leftOut">What is left out.</param>
    /// <param name="images">The number of images that are used.</param>
    public static void Show(Terminal terminal, IEnumerable<string> warnings, IReadOnlyCollection<LeftOut> leftOut, int images)
    {
        foreach (var warning in warnings) terminal.Warn(warning);
        foreach (var item in leftOut)
        {
            if (leftOut.Count <= Named) terminal.Warn(item.Reason);
            else terminal.Debug(item.Reason);
        }
        if (LeftOut.Summarize(leftOut, images) is { } summary)
            terminal.Warn(summary + (leftOut.Count <= Named || terminal.Verbosity >= Verbosity.Debug ? "" : "; --verbosity debug names them"));
    }
}
