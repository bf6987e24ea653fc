using System.Text;
using Spectre.Console;

namespace MlNetVision.Cli.Hosting;

/// <summary>The streams of one run. Results go to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed class Terminal
{
    /// <summary>Width of tables in files and pipes, where there is no window to fit.</summary>
    private const int UnboundedWidth = 240;

    public Terminal(TextWriter output, TextWriter error, Stream input, bool outIsWindow = false, bool errorIsWindow = false)
    {
        (Out, Error, Input) = (output, error, input);
        (OutIsWindow, ErrorIsWindow) = (outIsWindow, errorIsWindow);
        OutConsole = CreateConsole(output, outIsWindow);
        ErrorConsole = CreateConsole(error, errorIsWindow);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public Stream Input { get; }

    /// <summary>Whether standard output is a window that somebody looks at.</summary>
    public bool OutIsWindow { get; }

    /// <summary>Whether standard error is a window, where progress can be drawn.</summary>
    public bool ErrorIsWindow { get; }

    /// <summary>Tables for <see cref="Out"/>; without colours and control codes where that is no window.</summary>
    public IAnsiConsole OutConsole { get; }

    /// <summary>Progress for <see cref="Error"/>; without colours and control codes where that is no window.</summary>
    public IAnsiConsole ErrorConsole { get; }

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>The streams of this process: UTF-8 without a byte order mark, lines ended by <c>\n</c>.</summary>
    public static Terminal OfProcess()
    {
        static StreamWriter Writer(Stream stream, bool isWindow) => new(stream, new UTF8Encoding(false)) { AutoFlush = isWindow, NewLine = "\n" };
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var outIsWindow = !Console.IsOutputRedirected && !dumb;
        var errorIsWindow = !Console.IsErrorRedirected && !dumb;
        var output = Writer(Console.OpenStandardOutput(), outIsWindow);
        var error = Writer(Console.OpenStandardError(), isWindow: true);
        return new Terminal(output, error, Console.OpenStandardInput(), outIsWindow, errorIsWindow);
    }

    /// <summary>A note on standard error, unless quiet.</summary>
    public void Note(string message)
    {
        if (Verbosity >= Verbosity.Normal) ErrorConsole.WriteLine(message);
    }

    /// <summary>A warning on standard error, unless quiet.</summary>
    public void Warn(string message) => Note($"warning: {message}");

    /// <summary>A detail on standard error, with <c>--verbosity debug</c> only.</summary>
    public void Debug(string message)
    {
        if (Verbosity >= Verbosity.Debug) ErrorConsole.WriteLine(message);
    }

    /// <summary>An error on standard error; always shown.</summary>
    public void Fail(string message) => ErrorConsole.WriteLine($"error: {message}", new Style(Color.Red));

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isWindow)
    {
        var colours = isWindow && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isWindow ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isWindow ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isWindow) console.Profile.Width = UnboundedWidth;
        return console;
    }
}
