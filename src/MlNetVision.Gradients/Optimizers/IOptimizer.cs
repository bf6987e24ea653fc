using System.Runtime.InteropServices;

namespace MlNetVision.Gradients.Optimizers;

/// <summary>
/// Changes tensors by their gradients. The state of a tensor (momentum, number of steps) belongs to the tensor's name, so one optimiser may step
/// parts of a network at different rates. The same inputs give the same bits, for any number of threads.
/// </summary>
public interface IOptimizer
{
    /// <summary>One step: changes <see cref="TrainableTensor.Values"/> of all tensors in place.</summary>
    /// <param name="parameters">The tensors, each under a name of its own, with their gradients.</param>
    /// <param name="learningRate">The step size, above or equal to 0.</param>
    /// <exception cref="ArgumentException">A tensor has no gradient, or another length than at the step before.</exception>
    void Step(IReadOnlyList<TrainableTensor> parameters, float learningRate);

    /// <summary>Writes the state for a checkpoint, without the settings.</summary>
    void Save(BinaryWriter writer);

    /// <summary>
    /// Reads the state that <see cref="Save"/> of the same kind of optimiser wrote; the run then continues as if never interrupted.
    /// </summary>
    /// <exception cref="InvalidDataException">It is the state of another kind of optimiser, or damaged; nothing has changed then.</exception>
    void Load(BinaryReader reader);
}

/// <summary>The state of an optimiser: all tensors' states by name.</summary>
/// <param name="kind">The kind of optimiser, written into its state.</param>
/// <param name="averages">How many running averages a tensor has, 1 or more.</param>
internal sealed class OptimizerState(string kind, int averages)
{
    private Dictionary<string, TensorState> _tensors = new(StringComparer.Ordinal);

    /// <summary>The state of a tensor for its next step; zeros at first.</summary>
    public TensorState Next(TrainableTensor tensor)
    {
        var length = tensor.Values.Length;
        if (tensor.Gradient.Length != length) throw new ArgumentException($"Tensor '{tensor.Name}' has no gradient to step by.");
        if (!_tensors.TryGetValue(tensor.Name, out var memory))
            _tensors[tensor.Name] = memory = new TensorState([.. Enumerable.Range(0, averages).Select(_ => new float[length])]);
        if (memory.Averages[0].Length != length)
            throw new ArgumentException($"Tensor '{tensor.Name}' has {length} values; the optimiser's state has {memory.Averages[0].Length}.");
        memory.Steps++;
        return memory;
    }

    /// <summary>Writes names in ordinal order, so that equal states have equal bytes.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(kind);
        writer.Write(_tensors.Count);
        foreach (var (name, memory) in _tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(memory.Steps);
            writer.Write(memory.Averages[0].Length);
            foreach (var average in memory.Averages) writer.Write(MemoryMarshal.AsBytes(average.AsSpan()));
        }
    }

    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            _tensors = Read(reader);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new InvalidDataException($"The state of the optimiser '{kind}' cannot be read: {e.Message}", e);
        }
    }

    private Dictionary<string, TensorState> Read(BinaryReader reader)
    {
        var found = reader.ReadString();
        if (found != kind) throw new InvalidDataException($"The state is that of the optimiser '{found}', expected '{kind}'.");
        var tensors = new Dictionary<string, TensorState>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadString();
            var steps = reader.ReadInt64();
            var length = Length(reader);
            tensors[name] = new TensorState([.. Enumerable.Range(0, averages).Select(_ => Average(reader, length))]) { Steps = steps };
        }
        return tensors;
    }

    private int Length(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        // Bounded by the rest of the file, so that a damaged length allocates no memory.
        var left = reader.BaseStream.CanSeek ? reader.BaseStream.Length - reader.BaseStream.Position : long.MaxValue;
        if (length < 0 || length > left / (averages * sizeof(float)))
            throw new InvalidDataException($"The state of the optimiser '{kind}' is damaged.");
        return length;
    }

    private static float[] Average(BinaryReader reader, int length)
    {
        var values = new float[length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}

/// <summary>The state of one tensor.</summary>
/// <param name="averages">Running averages, each as long as the tensor.</param>
internal sealed class TensorState(float[][] averages)
{
    /// <summary>Steps taken, this one included.</summary>
    public long Steps { get; set; }

    public float[][] Averages => averages;
}
