using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>
/// JSON lines on standard output or in a file. They stand under <c>FILE.partial</c> until the end of the run, be it <see cref="Commit"/> or the
/// disposal after an error: what was answered is kept.
/// </summary>
internal sealed class JsonOutput : IDisposable
{
    /// <summary>Camel case, names as they are written (no \u escapes), nothing for null.</summary>
    public static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly TextWriter _writer;
    private readonly LandingFile? _file;
    private readonly Stream? _owned;

    /// <param name="terminal">Standard output.</param>
    /// <param name="path">The file, pipe or device, or null for standard output.</param>
    /// <param name="cancellationToken">Ends the wait for somebody to read from a pipe.</param>
    /// <exception cref="OperationCanceledException">Interrupted while nobody reads from the pipe.</exception>
    /// <exception cref="UsageException">Another run writes the file.</exception>
    public JsonOutput(Terminal terminal, string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            _writer = terminal.Out;
        }
        else
        {
            _owned = OutputPath.OpenPipe(path, cancellationToken) ?? (_file = new LandingFile(path)).Stream;
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

    /// <summary>The line of an object.</summary>
    public static string Line(object value) => JsonSerializer.Serialize(value, value.GetType(), Lines);

    public void Write(object value) => WriteRaw(Line(value));

    /// <summary>Writes a line that is JSON already. The next program in a pipe need not wait, and a kill loses no line.</summary>
    public void WriteRaw(string line)
    {
        try
        {
            _writer.WriteLine(line);
            _writer.Flush();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FileLimit.Reached(_file?.Stream.Name ?? "standard output", e);
        }
        _file?.Keep();
    }

    /// <summary>Keeps what was written, also where that is nothing.</summary>
    public void Commit() => _file?.Land();

    public void Dispose()
    {
        _file?.Dispose();
        _owned?.Dispose();
    }
}

/// <summary>
/// A file that is written under a name of its own, which the next run finds, and gets the final one at the end of the run: by
/// <see cref="Land"/>, or when it is disposed with content.
/// </summary>
internal sealed class LandingFile : IDisposable
{
    private const string Partial = ".partial";
    private const int MostNameBytes = 255;

    private readonly string _path;
    private readonly string _partial;
    private bool _isClosed;
    private long _kept;

    /// <exception cref="UsageException">Another run writes the file.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public LandingFile(string path)
    {
        _path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(_path)!;
        _partial = Path.Join(folder, NameOf(Path.GetFileName(_path)));
        Directory.CreateDirectory(folder);
        try
        {
            // Without a buffer of its own, what a full disk refused is not tried again when it is closed.
            Stream = new FileStream(_partial, FileMode.OpenOrCreate, FileAccess.Write, OwnerLock.Share, bufferSize: 0);
            Stream.SetLength(0);
        }
        catch (IOException) when (!OwnerLock.IsFree(_partial))
        {
            throw new UsageException($"{OptionalValues.Json} '{path}': another run writes this file ({_partial}); wait for its end, or give another name.");
        }
    }

    /// <summary>The stream for the content. Owned by this object.</summary>
    public FileStream Stream { get; }

    /// <summary>Keeps what is written so far: it lands also where what follows cannot be written.</summary>
    public void Keep() => _kept = Stream.Position;

    /// <summary>Gives the file its final name, once it is on the disk; an existing one is replaced.</summary>
    public void Land()
    {
        if (_isClosed) return;
        _isClosed = true;
        Stream.Dispose();
        AtomicFile.Rename(_partial, _path);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        if (_kept > 0)
        {
            if (Stream.Length > _kept) Stream.SetLength(_kept); // half a line, on a full disk
            Land();
            return;
        }
        _isClosed = true;
        Stream.Dispose();
        File.Delete(_partial);
    }

    private static string NameOf(string name) => Encoding.UTF8.GetByteCount(name) + Partial.Length <= MostNameBytes
        ? name + Partial
        : $".mlnetvision-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}.lines";
}
