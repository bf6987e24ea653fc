using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.Images;

/// <summary>Where the journal of a run stands, and what makes two runs the same.</summary>
/// <param name="Path">The journal's file, beside the JSON or in the output folder.</param>
/// <param name="Resumes">Whether an interrupted run is gone on with.</param>
/// <param name="Run">The options that were given, with the hashes of the files that they name.</param>
internal sealed record BatchIdentity(string Path, bool Resumes, IReadOnlyDictionary<string, string> Run)
{
    private const int NameDigits = 8;

    /// <param name="json">The JSON file; null: none.</param>
    /// <param name="folder">The output folder; null: none.</param>
    /// <param name="inputs">The command with the inputs as they were given, which tells runs into one folder apart.</param>
    /// <returns>The journal's path: short, the same in each run; null where nothing is kept that a run could go on from.</returns>
    public static string? PathOf(string? json, string? folder, IEnumerable<string> inputs)
    {
        if (json is not null)
        {
            var full = System.IO.Path.GetFullPath(json);
            return Named(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full));
        }
        return folder is null ? null : Named(System.IO.Path.GetFullPath(folder), string.Join('\n', inputs));
    }

    private static string Named(string folder, string key) => System.IO.Path.Join(
        folder, $".mlnetvision-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..NameDigits]}.journal");
}

/// <summary>
/// What a run over images has done so far, in a journal that is there while the run lasts, and after it where it did not end. The journal begins
/// with the first image that is done. Where it cannot be written, the run goes on without.
/// </summary>
internal sealed class BatchRecord : IDisposable
{
    private readonly Terminal _terminal;
    private readonly BatchIdentity _identity;
    private readonly Dictionary<string, string> _run;
    private readonly ConcurrentDictionary<string, (string Content, WrittenFile[] Files)> _measured = new(StringComparer.Ordinal);
    private readonly List<(string Image, IReadOnlyList<string> Files)> _names = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _known = new(StringComparer.Ordinal);
    private RunJournal? _journal;
    private bool _isLost;

    private BatchRecord(Terminal terminal, BatchIdentity identity, IEnumerable<OnnxModel> models)
    {
        (_terminal, _identity) = (terminal, identity);
        _run = identity.Run.ToDictionary(StringComparer.Ordinal);
        _run["version"] = typeof(BatchRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        foreach (var (model, i) in models.Select((m, i) => (m, i)))
            _run[FormattableString.Invariant($"model {i + 1}")] = ContentHash.Of(model.Save);
        if (identity.Resumes) Resume();
        else if (File.Exists(identity.Path) && !OwnerLock.IsFree(identity.Path))
            throw new UsageException($"another run with the same inputs and outputs is at work ({identity.Path} is open); wait for its end, or give another output.");
        else if (File.Exists(identity.Path)) terminal.Note("an earlier run did not end; this one starts anew. With --resume it would have gone on.");
    }

    /// <summary>The number of images that were done before this run.</summary>
    public int Before { get; private set; }

    /// <summary>Begins the record of a run; null where there is no place for one.</summary>
    /// <exception cref="UsageException">The run that is to be resumed was another, or is still at work.</exception>
    public static BatchRecord? Open(Terminal terminal, BatchIdentity? identity, IEnumerable<OnnxModel> models) =>
        identity is null ? null : new BatchRecord(terminal, identity, models);

    /// <summary>Whether an image is done: it has the content that it had, and its files are whole.</summary>
    public bool IsDone(ImageInput input)
    {
        if (Before == 0 || _journal?.Find(input.Path) is not { } entry) return false;
        try
        {
            return ContentHash.Of(input.Path) == entry.Content && entry.Files.All(f => f.IsWhole());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What was answered for an image that is done.</summary>
    public JournalEntry Find(ImageInput input) => _journal!.Find(input.Path)!;

    /// <summary>Claims the paths that an earlier run gave to images, before others may take them: images may have been added since.</summary>
    /// <param name="record">The record of the run; null: none.</param>
    /// <param name="names">The names of the run.</param>
    /// <param name="inputs">The images.</param>
    public static void ClaimKnown(BatchRecord? record, OutputNames names, IEnumerable<ImageInput> inputs)
    {
        if (record?._journal is not { } journal) return;
        foreach (var input in inputs)
        {
            var known = journal.FindNames(input.Path) ?? journal.Find(input.Path)?.Files.Select(file => file.Path).ToArray();
            if (known is not { Count: > 0 }) continue;
            names.Take(known);
            record._known[input.Path] = known;
        }
    }

    /// <summary>Claims the paths of all files of one image, after <see cref="ClaimKnown"/>: those that an earlier run gave it, else free ones.</summary>
    /// <param name="record">The record of the run; null: none.</param>
    /// <param name="input">The image.</param>
    /// <param name="outputs">The names in the folder of each file, and the file's extension with its dot.</param>
    public static string[] Claim(BatchRecord? record, ImageInput input, IReadOnlyList<(OutputNames Names, string Extension)> outputs)
    {
        if (record?._known.GetValueOrDefault(input.Path) is { } known && known.Count == outputs.Count) return [.. known];
        string[] claimed = [.. outputs.Select(o => o.Names.Claim(input.RelativeName, o.Extension))];
        if (!claimed.SequenceEqual(outputs.Select(o => o.Names.UsualPath(input.RelativeName, o.Extension)), StringComparer.Ordinal)) record?.KeepNames(input, claimed);
        return claimed;
    }

    /// <summary>Keeps the names of an image's files, which depend on what was in the folder before.</summary>
    private void KeepNames(ImageInput input, IReadOnlyList<string> files)
    {
        // Written at once where other files may be: a result that a killed run left must not be taken for one of them.
        if (Directory.Exists(Path.GetDirectoryName(_identity.Path))) Try(journal => journal.AddNames(input.Path, files));
        else _names.Add((input.Path, files));
    }

    /// <summary>Takes the hashes of an image and of what was written for it; on the thread that worked on it, while both are in the system's memory.</summary>
    public void Measure(string image, IReadOnlyList<string>? files)
    {
        if (_isLost || !File.Exists(image)) return;
        try
        {
            _measured[image] = (ContentHash.Of(image), [.. (files ?? []).Select(WrittenFile.Of)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An image that cannot be read twice is done again.
        }
    }

    /// <summary>Notes an image as done.</summary>
    public void Add(ImageInput input, string? json, string? text, string? gathered = null)
    {
        if (_measured.TryRemove(input.Path, out var measured))
            Try(journal => journal.Add(new JournalEntry(input.Path, measured.Content, json, text, measured.Files, gathered)));
    }

    /// <summary>The run ended: nothing is left to go on with.</summary>
    public void Complete()
    {
        if (_journal is null && !_isLost && File.Exists(_identity.Path)) OwnerLock.DeleteIfFree(_identity.Path);
        _journal?.Complete();
        _journal = null;
    }

    public void Dispose() => _journal?.Dispose();

    private void Resume()
    {
        try
        {
            _journal = RunJournal.Resume(_identity.Path, _run);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--resume: {e.Message} Give what was given then, or leave --resume out, which starts anew.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--resume: {_identity.Path} cannot be read, or another run has it open: {e.Message}");
        }
        if (_journal is null)
        {
            _terminal.Note(File.Exists(_identity.Path)
                ? $"{_identity.Path} is damaged; the run starts anew."
                : "there is no run to resume; this one starts at the beginning.");
            return;
        }
        Before = _journal.Count;
        var damaged = _journal.Damaged == 0 ? "" : FormattableString.Invariant($"; {_journal.Damaged} damaged lines of the journal are left out");
        _terminal.Note(FormattableString.Invariant($"resumed: {Before} {(Before == 1 ? "image is" : "images are")} done{damaged}."));
    }

    private void Try(Action<RunJournal> write)
    {
        if (_isLost) return;
        try
        {
            if (_journal is null)
            {
                _journal = RunJournal.Start(_identity.Path, _run);
                foreach (var (image, files) in _names) _journal.AddNames(image, files);
            }
            write(_journal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isLost = true;
            _terminal.Note($"the journal {_identity.Path} cannot be written, so that --resume will not go on from here: {e.Message}");
        }
    }
}
