using System.Text;
using MlNetVision.Gradients;
using MlNetVision.Gradients.Optimizers;

namespace MlNetVision.Training;

/// <summary>The state of a run after an epoch or a step: all that its continuation depends on.</summary>
internal sealed record TrainingCheckpoint
{
    /// <summary>The number of finished steps, where a run is counted in steps.</summary>
    public int Steps { get; init; }

    /// <summary>The finished epochs, where a run is counted in epochs.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];

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
