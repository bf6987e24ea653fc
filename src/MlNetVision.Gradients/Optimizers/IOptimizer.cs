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

    /// <summary>Reads the state that <see cref="Save"/> of the same kind of optimiser wrote; the run then continues as if never interrupted.</summary>
    /// <exception cref="InvalidDataException">It is the state of another kind of optimiser, or damaged; nothing has changed then.</exception>
    void Load(BinaryReader reader);
}
