namespace MlNetVision.Training;

/// <summary>Which rows a step sees. It comes from the seed and the epoch alone, so a resumed run goes on as an unbroken one.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="batchSize">The most rows a step.</param>
/// <param name="seed">The seed of the run.</param>
internal sealed class BatchPlan(int rows, int batchSize, int seed)
{
    /// <summary>Batches an epoch.</summary>
    public int Count { get; } = (rows + batchSize - 1) / batchSize;

    /// <summary>The rows of a batch within <see cref="Order"/>. Sizes differ by one at most: a last batch of one row has no variance to normalise by.</summary>
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
