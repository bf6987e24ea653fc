using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Files;

/// <summary>
/// The journal of a run over many images, so that a later run goes on where a killed one ended: a line for each image that is done, with the hash
/// of its content, what was answered, and the files that were written. The first line says what the run was: model, options, version.
/// </summary>
/// <remarks>
/// Each line has a checksum, and lines are only appended: one that a kill or a power cut left half, or whose bits changed, costs its image's work
/// and nothing else. The first line is written twice. The file is locked while the journal is open.
/// </remarks>
public sealed class RunJournal : IDisposable
{
    private const int HashDigits = 2 * SHA256.HashSizeInBytes;
    private const int ChunkBytes = 1 << 16;
    private const string Run = "run";
    private const string Names = "names";
    private const string Image = "image";

    /// <summary>How long a line may stay in the memory of the system, which a power cut loses.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FileStream _file;
    private readonly Dictionary<string, (long Offset, int Length)> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _names = new(StringComparer.Ordinal);
    private long _flushed = Environment.TickCount64;

    private RunJournal(FileStream file) => _file = file;

    /// <summary>The number of images that are done.</summary>
    public int Count => _images.Count;

    /// <summary>The number of lines that could not be read, and are left out.</summary>
    public int Damaged { get; private set; }

    /// <summary>Starts a journal; an older one of that path is replaced.</summary>
    /// <param name="path">The file; missing folders are created.</param>
    /// <param name="run">What the run is, by names: options with their values, files with the hashes of their content.</param>
    /// <returns>The journal; the caller disposes it.</returns>
    /// <exception cref="IOException">The file cannot be written, or another run has it open.</exception>
    public static RunJournal Start(string path, IReadOnlyDictionary<string, string> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var journal = new RunJournal(Open(path, FileMode.OpenOrCreate));
        journal._file.SetLength(0);
        var header = JsonSerializer.Serialize(
            new SortedDictionary<string, string>(run.ToDictionary(), StringComparer.Ordinal), JournalJson.Default.SortedDictionaryStringString);
        journal.Append(Run, header);
        journal.Append(Run, header);
        journal._file.Flush(flushToDisk: true);
        return journal;
    }

    /// <summary>Opens the journal of a run that did not end; null where there is none that can be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What the run is now; it must be what it was.</param>
    /// <returns>The journal; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">It was another run; the message says what differs.</exception>
    /// <exception cref="IOException">The file cannot be read, or another run has it open.</exception>
    public static RunJournal? Resume(string path, IReadOnlyDictionary<string, string> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!File.Exists(path)) return null;
        var journal = new RunJournal(Open(path, FileMode.Open));
        try
        {
            if (journal.Read() is { } found)
            {
                var differing = found.Keys.Union(run.Keys).Where(k => found.GetValueOrDefault(k) != run.GetValueOrDefault(k)).Order(StringComparer.Ordinal);
                var list = string.Join("; ", differing.Select(k => Describe(k, found.GetValueOrDefault(k), run.GetValueOrDefault(k))));
                if (list.Length > 0) throw new ArgumentException($"the run that is to be resumed was another: {list}.");
                return journal;
            }
        }
        catch
        {
            journal.Dispose();
            throw;
        }
        journal.Dispose();
        return null;
    }

    /// <summary>What is known of an image that is done; null where it is not.</summary>
    public JournalEntry? Find(string image)
    {
        if (!_images.TryGetValue(image, out var place)) return null;
        var line = new byte[place.Length];
        var read = 0;
        while (read < line.Length && RandomAccess.Read(_file.SafeFileHandle, line.AsSpan(read), place.Offset + read) is var got and > 0) read += got;
        return JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry);
    }

    /// <summary>The names that files of an image were given, where they are not the usual ones; else null.</summary>
    public IReadOnlyList<string>? FindNames(string image) => _names.GetValueOrDefault(image);

    /// <summary>Notes the names of an image's files, where they depend on what was in the folder before.</summary>
    public void AddNames(string image, IReadOnlyList<string> files)
    {
        _names[image] = [.. files];
        Append(Names, JsonSerializer.Serialize(new NamedFiles(image, _names[image]), JournalJson.Default.NamedFiles));
    }

    /// <summary>Notes an image as done: its files have their final names.</summary>
    /// <exception cref="IOException">The journal cannot be written, as on a full disk.</exception>
    public void Add(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _images[entry.Image] = Append(Image, JsonSerializer.Serialize(entry, JournalJson.Default.JournalEntry));
        if (Environment.TickCount64 - _flushed < Patience.TotalMilliseconds) return;
        _file.Flush(flushToDisk: true);
        _flushed = Environment.TickCount64;
    }

    /// <summary>Removes the journal: the run ended, and nothing is left to go on with.</summary>
    public void Complete()
    {
        if (OperatingSystem.IsWindows()) _file.Dispose();
        File.Delete(_file.Name);
        _file.Dispose();
    }

    /// <summary>Closes the journal, which a later run may resume.</summary>
    public void Dispose() => _file.Dispose();

    private static string Describe(string name, string? before, string? now) => before?.Length == HashDigits || now?.Length == HashDigits
        ? $"{name} differs"
        : $"{name} was {before ?? "not given"}, and is {now ?? "not given"}";

    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, OwnerLock.Share, bufferSize: 0);

    // "\nKIND CHECKSUM JSON\n": JSON has no line break, so each line stands for itself. With a break at either end, neither a line that was cut
    // nor a break that changed takes the next line with it.
    private (long Offset, int Length) Append(string kind, string json)
    {
        var content = Encoding.UTF8.GetBytes(json);
        byte[] line = [(byte)'\n', .. Encoding.ASCII.GetBytes($"{kind} {Checksum(kind, content)} "), .. content, (byte)'\n'];
        var start = _file.Length;
        _file.Position = start;
        try
        {
            _file.Write(line);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FileLimit.Reached(_file.Name, e);
        }
        return (start + line.Length - 1 - content.Length, content.Length);
    }

    /// <summary>Reads all whole lines.</summary>
    /// <returns>What the run was; null where that cannot be read.</returns>
    private SortedDictionary<string, string>? Read()
    {
        SortedDictionary<string, string>? run = null;
        var (chunk, line, start, at) = (new byte[ChunkBytes], new List<byte>(), 0L, 0L);
        while (RandomAccess.Read(_file.SafeFileHandle, chunk, at) is var count and > 0)
        {
            foreach (var next in chunk.AsSpan(0, count))
            {
                at++;
                if (next != '\n')
                {
                    line.Add(next);
                    continue;
                }
                if (line.Count > 0) Take([.. line], start, ref run);
                line.Clear();
                start = at;
            }
        }
        Damaged += line.Count > 0 ? 1 : 0;
        return run;
    }

    private void Take(byte[] line, long offset, ref SortedDictionary<string, string>? run)
    {
        var first = line.AsSpan().IndexOf((byte)' ');
        var second = first < 0 ? -1 : line.AsSpan(first + 1).IndexOf((byte)' ') + first + 1;
        if (first < 0 || second <= first)
        {
            Damaged++;
            return;
        }
        var (kind, sum, content) = (Encoding.ASCII.GetString(line[..first]), Encoding.ASCII.GetString(line[(first + 1)..second]), line[(second + 1)..]);
        if (sum != Checksum(kind, content)) Damaged++;
        else if (kind == Run) run = JsonSerializer.Deserialize(content, JournalJson.Default.SortedDictionaryStringString);
        else if (kind == Names && JsonSerializer.Deserialize(content, JournalJson.Default.NamedFiles) is { } names) _names[names.Image] = names.Files;
        else if (kind == Image && JsonSerializer.Deserialize(content, JournalJson.Default.JournalEntry) is { } entry)
            _images[entry.Image] = (offset + second + 1, content.Length);
    }

    private static string Checksum(string kind, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(kind));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}

/// <summary>.NET has an error of arguments for a file that may not become larger (EFBIG): on FAT, or by <c>ulimit -f</c>.</summary>
public static class FileLimit
{
    /// <summary>The error that other failing writes have.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">.NET's error.</param>
    public static IOException Reached(string path, ArgumentOutOfRangeException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new($"{path}: the file may not become larger, by its file system or by a limit of this process.", error);
    }
}

/// <summary>An image that is done.</summary>
/// <param name="Image">The image, as the run calls it.</param>
/// <param name="Content">The hash of its content, see <see cref="ContentHash"/>.</param>
/// <param name="Json">What was answered, as JSON; null: not asked for.</param>
/// <param name="Text">What was answered, in a line for readers; null: not asked for.</param>
/// <param name="Files">The files that were written for it.</param>
/// <param name="Gathered">What it adds to a file of all images; null: nothing.</param>
public sealed record JournalEntry(
    string Image, string Content, string? Json, string? Text, IReadOnlyList<WrittenFile> Files, string? Gathered = null);

/// <summary>A file that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Content">The hash of its content.</param>
public sealed record WrittenFile(string Path, long Length, string Content)
{
    /// <summary>What a file is now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WrittenFile Of(string path) => new(path, new FileInfo(path).Length, ContentHash.Of(path));

    /// <summary>Whether the file is there and has that content still.</summary>
    public bool IsWhole()
    {
        try
        {
            return RegularFile.LengthOf(Path) == Length && ContentHash.Of(Path) == Content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Hashes of content.</summary>
public static class ContentHash
{
    /// <summary>The SHA-256 of a file, in hexadecimal digits.</summary>
    /// <exception cref="IOException">It cannot be read, or is a pipe.</exception>
    public static string Of(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The SHA-256 of what is written to a stream.</summary>
    /// <param name="write">Writes it.</param>
    public static string Of(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) write(stream);
        return Convert.ToHexStringLower(hash.Hash!);
    }
}

/// <summary>The names of an image's files.</summary>
internal sealed record NamedFiles(string Image, string[] Files);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(NamedFiles))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class JournalJson : JsonSerializerContext;
