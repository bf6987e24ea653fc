namespace MlNetVision.Training;

/// <summary>The rows of each step. They depend on the random seed and the epoch alone, so a resumed run equals an unbroken one.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="batchSize">The maximum number of rows per step.</param>
/// <param name="seed">The random seed.</param>
internal sealed class BatchPlan(int rows, int batchSize, int seed)
{
    /// <summary>The number of batches per epoch.</summary>
    public int Count { get; } = (rows + batchSize - 1) / batchSize;

    /// <summary>The range of a batch within <see cref="Order"/>. Sizes differ by at most one, because a batch of one row has no variance to normalise by.</summary>
    public Range At(int batch) => (int)((long)rows * batch / Count)..(int)((long)rows * (batch + 1) / Count);

    /// <summary>All rows in the order of an epoch.</summary>
    public int[] Order(int epoch)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        // An odd factor keeps the seeds of all epochs of a run apart.
        new Random(unchecked((seed * 1_000_003) + epoch)).Shuffle(order);
        return order;
    }
}
