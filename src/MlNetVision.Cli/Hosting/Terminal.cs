using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MlNetVision.Cli.Hosting;

/// <summary>The streams of one run. Results go to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed class Terminal
{
    /// <summary>Width of tables in files and pipes, where there is no window to fit.</summary>
    private const int UnboundedWidth = 400;

    public Terminal(TextWriter output, TextWriter error, Stream? input, bool outIsWindow = false, bool errorIsWindow = false)
    {
        (Out, Error, Input) = (output, error, input);
        (OutIsWindow, ErrorIsWindow) = (outIsWindow, errorIsWindow);
        OutConsole = CreateConsole(output, outIsWindow);
        ErrorConsole = CreateConsole(error, errorIsWindow);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>Standard input; null where the caller closed it.</summary>
    public Stream? Input { get; }

    /// <summary>Whether standard output is a window that somebody looks at.</summary>
    public bool OutIsWindow { get; }

    /// <summary>Whether standard error is a window, where progress can be drawn.</summary>
    public bool ErrorIsWindow { get; }

    /// <summary>Tables for <see cref="Out"/>; without colours and control codes where that is no window.</summary>
    public IAnsiConsole OutConsole { get; }

    /// <summary>Progress for <see cref="Error"/>; without colours and control codes where that is no window.</summary>
    public IAnsiConsole ErrorConsole { get; }

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>Says whether the command has begun to work.</summary>
    public Preparation Preparation { get; } = new();

    /// <summary>Whether a progress bar is drawn on <see cref="Error"/> just now.</summary>
    public bool IsProgressShown { get; set; }

    /// <summary>The streams of this process: UTF-8 without a byte order mark, lines ended by <c>\n</c>.</summary>
    public static Terminal OfProcess()
    {
        // Every line goes out at once, so that both streams keep their order where they lead to one file.
        static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var outIsWindow = !Console.IsOutputRedirected && !dumb;
        var errorIsWindow = !Console.IsErrorRedirected && !dumb;
        var output = Writer(OperatingSystem.IsWindows() || !Console.IsOutputRedirected ? Console.OpenStandardOutput() : new UnixOutput());
        var error = Writer(new ErrorOutput(Descriptor.IsClosed(Descriptor.Error) ? Stream.Null : Console.OpenStandardError()));
        var input = Descriptor.IsClosed(Descriptor.Input) ? null : Console.OpenStandardInput();
        return new Terminal(output, error, input, outIsWindow, errorIsWindow);
    }

    /// <summary>A line of results on standard output.</summary>
    public void Result(string line)
    {
        // While a progress bar is drawn in the same window, Spectre must know of every line, to draw the bar below it.
        if (IsProgressShown && OutIsWindow) ErrorConsole.Write(new UnbrokenLine(Clean(line), Spectre.Console.Style.Plain));
        else Out.WriteLine(Clean(line));
    }

    /// <summary>A note on standard error, unless quiet.</summary>
    public void Note(string message)
    {
        if (Verbosity >= Verbosity.Normal) WriteError(message, Spectre.Console.Style.Plain);
    }

    /// <summary>A warning on standard error, unless quiet.</summary>
    public void Warn(string message)
    {
        if (Verbosity >= Verbosity.Normal) WriteError($"warning: {message}", new Spectre.Console.Style(Color.Yellow));
    }

    /// <summary>A detail on standard error, with <c>--verbosity debug</c> only.</summary>
    public void Debug(string message)
    {
        if (Verbosity < Verbosity.Debug) return;
        // A stack trace has several lines.
        foreach (var line in message.ReplaceLineEndings("\n").Split('\n')) WriteError(line, new Spectre.Console.Style(Color.Grey));
    }

    /// <summary>An error on standard error; always shown.</summary>
    public void Fail(string message) => WriteError($"error: {message}", new Spectre.Console.Style(Color.Red));

    /// <summary>A table on standard output: with a frame in a window, else columns with two spaces between them.</summary>
    public void Result(Table table) => Write(table, OutIsWindow ? OutConsole : null, Out);

    /// <summary>A table on standard error, unless quiet; its form is that of <see cref="Result(Table)"/>.</summary>
    public void Note(Table table)
    {
        if (Verbosity >= Verbosity.Normal) Write(table, ErrorIsWindow ? ErrorConsole : null, Error);
    }

    private static void Write(Table table, IAnsiConsole? window, TextWriter writer)
    {
        if (window is not null)
        {
            window.Write(table.Border(TableBorder.Rounded));
            return;
        }
        foreach (var column in table.Columns) column.Padding(new Padding(0, 0, 2, 0));
        using var text = new StringWriter();
        var console = CreateConsole(text, isWindow: false);
        console.Write(table.Border(TableBorder.None));
        foreach (var line in text.ToString().Split('\n')[..^1]) writer.WriteLine(Clean(line.TrimEnd()));
    }

    private void WriteError(string line, Spectre.Console.Style style)
    {
        if (ErrorIsWindow) ErrorConsole.Write(new UnbrokenLine(Clean(line), style));
        else Error.WriteLine(Clean(line));
    }

    /// <summary>Names come from files that anybody may have made; what would steer the window or break the line is shown escaped.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"),
        _ => c.ToString(),
    }));

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

/// <summary>A line that Spectre writes as it is: a path that is broken at the window's edge cannot be copied.</summary>
internal sealed class UnbrokenLine(string text, Spectre.Console.Style style) : Renderable
{
    protected override IEnumerable<Spectre.Console.Rendering.Segment> Render(RenderOptions options, int maxWidth) =>
        [new Spectre.Console.Rendering.Segment(text, style), Spectre.Console.Rendering.Segment.LineBreak];
}

/// <summary>How much is written to standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Errors, warnings, progress and what was written where.</summary>
    Normal,

    /// <summary>Also settings, timings and whole stack traces.</summary>
    Debug,
}
