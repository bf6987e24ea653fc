using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>
/// The file in which a run is kept after each epoch. It is whole or not there, and carries the hash of the set-up that it belongs to:
/// data, network, options.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="setup">The hash of the set-up.</param>
internal sealed class CheckpointFile(string path, string setup)
{
    private const string Magic = "MlNetVision training checkpoint 1";

    /// <summary>The file.</summary>
    public string Path => path;

    public void Write(TrainingCheckpoint checkpoint) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(setup);
        writer.Write(JsonSerializer.Serialize(checkpoint.History));
        WriteTensors(writer, checkpoint.Values);
        WriteTensors(writer, checkpoint.Best);
        writer.Write(checkpoint.Optimizer.Length);
        writer.Write(checkpoint.Optimizer);
    });

    /// <summary>Where the run stands, or null: there is no file, or it does not belong to this run.</summary>
    /// <param name="note">What is wrong with a file that is there and not used.</param>
    public TrainingCheckpoint? Read(out string? note)
    {
        note = null;
        if (!File.Exists(path)) return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadString() != Magic) throw new InvalidDataException("it is not one.");
            if (reader.ReadString() != setup)
            {
                note = $"{path}: a checkpoint of other pictures, another network or other options; training starts anew.";
                return null;
            }
            var history = JsonSerializer.Deserialize<EpochMetrics[]>(reader.ReadString()) ?? throw new InvalidDataException("it has no epochs.");
            return new TrainingCheckpoint
            {
                History = history,
                Values = ReadTensors(reader),
                Best = ReadTensors(reader),
                Optimizer = ReadBytes(reader),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException or FormatException or ArgumentException)
        {
            note = $"{path}: the checkpoint cannot be used: {e.Message} Training starts anew.";
            return null;
        }
    }

    public void Delete() => File.Delete(path);

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

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(ReadLength(reader, 1));

    /// <summary>A number of elements. A damaged one must not cost memory.</summary>
    private static int ReadLength(BinaryReader reader, int elementSize)
    {
        var length = reader.ReadInt32();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return length >= 0 && length <= left / elementSize ? length : throw new InvalidDataException("it is damaged.");
    }
}
