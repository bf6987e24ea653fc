using System.Security.Cryptography;

namespace MlNetVision.Training;

/// <summary>The source of batches.</summary>
internal interface IRowSource
{
    int Count { get; }

    /// <summary>The number of floats per row.</summary>
    int Columns { get; }

    int Label(int row);

    /// <summary>Writes rows into a batch, one after the other. Randomness depends on the seed, the epoch and the row alone.</summary>
    void Fill(int epoch, ReadOnlySpan<int> rows, Span<float> batch);

    /// <summary>Adds the content of the rows to the hash of a set-up.</summary>
    void Hash(IncrementalHash hash);
}
