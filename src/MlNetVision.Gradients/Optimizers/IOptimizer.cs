namespace MlNetVision.Gradients.Optimizers;

/// <summary>
/// Changes tensors by their gradients. What an optimiser remembers of a tensor (momentum, the number of its steps) goes by the tensor's
/// name, so parts of a network may be stepped at different rates with one optimiser. Same numbers in, same bits out, whatever the number of threads.
/// </summary>
public interface IOptimizer
{
    /// <summary>One step: changes <see cref="TrainableTensor.Values"/> of all tensors in place.</summary>
    /// <param name="parameters">The tensors, each under a name of its own, with their gradients.</param>
    /// <param name="learningRate">The step size, above or equal to 0.</param>
    /// <exception cref="ArgumentException">A tensor has no gradient, or another length than at the step before.</exception>
    void Step(IReadOnlyList<TrainableTensor> parameters, float learningRate);

    /// <summary>Writes what is remembered, for a checkpoint. Settings are not part of it.</summary>
    void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> of the same kind of optimiser wrote; steps then go on as if never interrupted.</summary>
    /// <exception cref="InvalidDataException">It is the state of another kind of optimiser, or damaged; nothing has changed then.</exception>
    void Load(BinaryReader reader);
}
