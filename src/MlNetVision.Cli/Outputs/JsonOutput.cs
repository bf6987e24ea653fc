using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Outputs;

/// <summary><c>--json [FILE]</c>.</summary>
internal static class JsonOption
{
    /// <param name="form">What is written, such as "one object".</param>
    public static Option<string?> Create(string form) => new(OptionalValues.Json)
    {
        Description = $"Write JSON ({form}) to FILE; without FILE, or with -, to standard output, and then nothing else there.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The file that the option names; null for standard output, which <c>-</c> stands for too.</summary>
    public static string? FileOf(ParseResult parsed, Option<string?> json) =>
        parsed.GetValue(json) is { } file && file != OptionalValues.StandardOutput ? file : null;
}

/// <summary>JSON lines on standard output or in a file that appears when <see cref="Commit"/> is called.</summary>
internal sealed class JsonOutput : IDisposable
{
    /// <summary>Camel case, names as they are written (no \u escapes), nothing for null.</summary>
    public static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly TextWriter _writer;
    private readonly AtomicFileWriter? _file;
    private readonly Stream? _owned;

    /// <param name="terminal">Standard output.</param>
    /// <param name="path">The file, pipe or device, or null for standard output.</param>
    /// <param name="cancellationToken">Ends the wait for somebody to read from a pipe.</param>
    /// <exception cref="OperationCanceledException">Interrupted while nobody reads from the pipe.</exception>
    public JsonOutput(Terminal terminal, string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            _writer = terminal.Out;
        }
        else
        {
            _owned = OutputPath.OpenPipe(path, cancellationToken) ?? (_file = new AtomicFileWriter(path)).Stream;
            _writer = new StreamWriter(_owned) { NewLine = "\n" };
        }
    }

    /// <summary>Writes one line that is JSON already, to a file or standard output.</summary>
    public static void WriteOne(Terminal terminal, string? path, string line, CancellationToken cancellationToken)
    {
        using var json = new JsonOutput(terminal, path, cancellationToken);
        json.WriteRaw(line);
        json.Commit();
    }

    public void Write(object value) => WriteRaw(JsonSerializer.Serialize(value, value.GetType(), Lines));

    /// <summary>Writes a line that is JSON already.</summary>
    public void WriteRaw(string line)
    {
        _writer.WriteLine(line);
        if (_file is null) _writer.Flush(); // the next program in the pipe need not wait
    }

    /// <summary>Keeps what was written.</summary>
    public void Commit()
    {
        _writer.Flush();
        _file?.Commit();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _owned?.Dispose();
    }
}
