namespace MlNetVision.Inference;

/// <summary>Resolves an option of threads.</summary>
public static class WorkerCount
{
    /// <summary>The number itself, or the number of processors where it is 0.</summary>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public static int Of(int threads) => threads switch
    {
        < 0 => throw new ArgumentException(FormattableString.Invariant($"{threads} threads were asked for: 0 (all processors) or more was expected.")),
        0 => Environment.ProcessorCount,
        _ => threads,
    };
}
