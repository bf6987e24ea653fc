namespace MlNetVision.Gradients.Optimizers;

/// <summary>
/// Divides long arrays into chunks of a fixed length for parallel work. Chunks do not depend on the number of threads, so results have the same
/// bits everywhere.
/// </summary>
internal static class Chunks
{
    /// <summary>64 Ki values: a quarter of a megabyte, large beside the cost of handing out work.</summary>
    public const int Length = 1 << 16;

    public static int Count(int values) => (int)(((long)values + Length - 1) / Length);

    /// <summary>Calls <paramref name="body"/> with the number of each chunk and the range it covers.</summary>
    public static void ForEach(int values, Action<int, Range> body)
    {
        var count = Count(values);
        if (count == 1) body(0, ..values);
        else Parallel.For(0, count, i => body(i, (i * Length)..(int)Math.Min(values, (i + 1L) * Length)));
    }
}
