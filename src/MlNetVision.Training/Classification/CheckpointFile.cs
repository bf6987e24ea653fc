using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlNetVision.Files;
using MlNetVision.Gradients;
using MlNetVision.Gradients.Optimizers;

namespace MlNetVision.Training;

/// <summary>
/// The checkpoint file of a run. It is written atomically, ends in a checksum, and holds the hash of the set-up that it belongs to: data, network,
/// options. The generation before stands beside it, so that a damaged file costs the work between two checkpoints, and never a wrong result.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="setup">The hash of the set-up.</param>
/// <param name="log">Receives the reason why a file is not used or no longer written; null: no log.</param>
internal sealed class CheckpointFile(string path, string setup, Action<string>? log)
{
    private const string Kind = "MlNetVision training checkpoint ";
    private const string Magic = $"{Kind}3";
    private const string PreviousEnding = ".previous";
    private const string Foreign = "the checkpoint belongs to other images, another network or other options.";

    private readonly string _previous = path + PreviousEnding;
    private bool _isLost;
    private bool _isDamaged;

    /// <summary>Whether an existing checkpoint is ignored and replaced.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Whether a checkpoint of another set-up is an error, and is not replaced.</summary>
    public bool MustResume { get; init; }

    /// <summary>The names of a checkpoint and of the generation before.</summary>
    public static IEnumerable<string> Generations(string name) => [name, name + PreviousEnding];

    /// <summary>Checks that no file of another kind would be replaced.</summary>
    /// <exception cref="ArgumentException">A file of another kind has the name.</exception>
    public static void Check(string path)
    {
        if (File.Exists(path) && !IsOurs(path))
            throw new ArgumentException(
                $"{path}: exists and is not a training checkpoint, so it is not replaced. Give the run another name or folder, or remove the file.");
    }

    /// <summary>Removes checkpoint files from a folder, then the folder if it is empty. Files of other kinds stay.</summary>
    public static void Forget(string workspace, IEnumerable<string> names)
    {
        if (!Directory.Exists(workspace)) return;
        foreach (var name in names)
        {
            var file = Path.Combine(workspace, name);
            if (File.Exists(file) && IsOurs(file)) File.Delete(file);
        }
        // A process killed while writing leaves a partial file.
        foreach (var file in Directory.GetFiles(workspace).Where(f => AtomicFileWriter.IsPartial(f) && IsOurs(f))) OwnerLock.DeleteIfFree(file);
        var isLink = new DirectoryInfo(workspace).LinkTarget is not null;
        if (!isLink && !Directory.EnumerateFileSystemEntries(workspace).Any()) Directory.Delete(workspace);
    }

    /// <summary>Reads the checkpoint of this run, or where it is damaged or another run's the one before; null where there is none.</summary>
    /// <exception cref="ArgumentException">The file is of another kind, or of another set-up and must be resumed.</exception>
    public TrainingCheckpoint? Resume(IReadOnlyList<TrainableTensor> tensors, IOptimizer optimizer)
    {
        string[] found = [.. new[] { path, _previous }.Where(File.Exists)];
        if (found.Length == 0) return null;
        foreach (var file in found) Check(file);
        if (StartAnew)
        {
            log?.Invoke($"{path}: the checkpoint of an earlier run is not resumed; it will be replaced.");
            return null;
        }
        var (fault, isForeign) = ((string?)null, false);
        foreach (var file in found)
        {
            var (checkpoint, reason) = TryRead(file, tensors, optimizer);
            _isDamaged |= reason is not null && file == path;
            if (reason is not null && (fault is null || (reason == Foreign && !isForeign))) (fault, isForeign) = ($"{file}: {reason}", reason == Foreign);
            if (checkpoint is null) continue;
            // A kill between two renames leaves the generation before alone, which is as good.
            if (fault is not null) log?.Invoke($"{fault} Training resumes from the checkpoint before it.");
            return checkpoint;
        }
        if (MustResume && isForeign) throw new ArgumentException($"{fault} Nothing was changed. Resume it with those, or start a training anew.");
        log?.Invoke($"{fault} Training starts anew.");
        return null;
    }

    /// <summary>Writes a checkpoint. After an error, as on a full disk, the run continues without checkpoints.</summary>
    public void Keep(TrainingCheckpoint checkpoint)
    {
        if (_isLost) return;
        try
        {
            Write(checkpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isLost = true;
            log?.Invoke($"{e.Message.TrimEnd('.')}. No more checkpoints are written; an interrupted run resumes from the last one.");
        }
    }

    // BinaryWriter starts the file with the length of the text in one byte, then the text. An empty file may be replaced.
    private static bool IsOurs(string path)
    {
        if (RegularFile.LengthOf(path) is null) return false;
        Span<byte> found = stackalloc byte[1 + Kind.Length];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        found = found[..stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false)];
        return found.IsEmpty || found[1..].SequenceEqual(Encoding.ASCII.GetBytes(Kind).AsSpan(0, found.Length - 1));
    }

    private void Write(TrainingCheckpoint checkpoint)
    {
        using var file = new AtomicFileWriter(path);
        using (var hash = SHA256.Create())
        {
            using (var summed = new CryptoStream(file.Stream, hash, CryptoStreamMode.Write, leaveOpen: true)) WriteTo(summed, checkpoint);
            file.Stream.Write(hash.Hash!);
        }
        // A damaged file does not take the place of the one that was resumed from.
        if (!_isDamaged && File.Exists(path)) AtomicFile.Rename(path, _previous);
        _isDamaged = false;
        file.Commit();
    }

    private void WriteTo(Stream stream, TrainingCheckpoint checkpoint)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(setup);
        writer.Write(checkpoint.Steps);
        writer.Write(checkpoint.History);
        WriteTensors(writer, checkpoint.Values);
        WriteTensors(writer, checkpoint.Best);
        writer.Write(checkpoint.Optimizer.Length);
        writer.Write(checkpoint.Optimizer);
    }

    private (TrainingCheckpoint? Checkpoint, string? Reason) TryRead(string file, IReadOnlyList<TrainableTensor> tensors, IOptimizer optimizer)
    {
        try
        {
            if (Read(file) is not { } checkpoint) return (null, Foreign);
            checkpoint.Restore(tensors, optimizer);
            return (checkpoint, null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException or FormatException or ArgumentException)
        {
            return (null, $"the checkpoint cannot be used: {e.Message}");
        }
    }

    /// <summary>The checkpoint, or null where it belongs to another set-up.</summary>
    private TrainingCheckpoint? Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new BinaryReader(stream);
        if (stream.Length == 0) throw new InvalidDataException("it is empty.");
        if (reader.ReadString() != Magic) throw new InvalidDataException("it is not a checkpoint of this version.");
        CheckSum(stream);
        return reader.ReadString() != setup ? null : new TrainingCheckpoint
        {
            Steps = reader.ReadInt32(),
            History = reader.ReadString(),
            Values = ReadTensors(reader),
            Best = ReadTensors(reader),
            Optimizer = reader.ReadBytes(ReadLength(reader, 1)),
        };
    }

    // The last bytes are the SHA-256 of all before them.
    private static void CheckSum(FileStream stream)
    {
        var (position, left) = (stream.Position, stream.Length - SHA256.HashSizeInBytes);
        if (left < position) throw new InvalidDataException("it is cut off.");
        stream.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            stream.ReadExactly(part);
            hash.AppendData(part);
        }
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(sum);
        if (!sum.SequenceEqual(hash.GetHashAndReset())) throw new InvalidDataException("it is damaged (its checksum differs).");
        stream.Position = position;
    }

    private static void WriteTensors(BinaryWriter writer, IReadOnlyList<float[]> tensors)
    {
        writer.Write(tensors.Count);
        foreach (var tensor in tensors)
        {
            writer.Write(tensor.Length);
            writer.Write(MemoryMarshal.AsBytes(tensor.AsSpan()));
        }
    }

    private static float[][] ReadTensors(BinaryReader reader)
    {
        var tensors = new List<float[]>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var tensor = new float[ReadLength(reader, sizeof(float))];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(tensor.AsSpan()));
            tensors.Add(tensor);
        }
        return [.. tensors];
    }

    /// <summary>A number of elements, bounded by the rest of the file, so that a damaged one allocates no memory.</summary>
    private static int ReadLength(BinaryReader reader, int elementSize)
    {
        var length = reader.ReadInt32();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return length >= 0 && length <= left / elementSize ? length : throw new InvalidDataException("it is damaged.");
    }
}

/// <summary>The state of a run after an epoch or a step: all that its continuation depends on.</summary>
internal sealed record TrainingCheckpoint
{
    /// <summary>The number of finished steps, where a run is counted in steps.</summary>
    public int Steps { get; init; }

    /// <summary>The metrics so far, as the trainer writes them: JSON.</summary>
    public string History { get; init; } = "[]";

    /// <summary>The trained tensors and running statistics, in the order of the network.</summary>
    public required IReadOnlyList<float[]> Values { get; init; }

    /// <summary>The same after the best epoch.</summary>
    public IReadOnlyList<float[]> Best { get; init; } = [];

    /// <summary>The state of the optimiser.</summary>
    public required byte[] Optimizer { get; init; }

    /// <summary>The current state of tensors and optimiser; arrays are not copied.</summary>
    public static TrainingCheckpoint Of(IReadOnlyList<TrainableTensor> tensors, IOptimizer optimizer)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)) optimizer.Save(writer);
        return new() { Values = [.. tensors.Select(t => t.Values)], Optimizer = stream.ToArray() };
    }

    /// <summary>Restores tensors and optimiser.</summary>
    public void Restore(IReadOnlyList<TrainableTensor> tensors, IOptimizer optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(Optimizer));
        optimizer.Load(reader);
        foreach (var (tensor, values) in tensors.Zip(Values)) values.CopyTo(tensor.Values, 0);
    }
}
