using System.Security.Cryptography;

namespace MlNetVision.Training;

/// <summary>Where batches come from.</summary>
internal interface IRowSource
{
    int Count { get; }

    /// <summary>The number of floats a row.</summary>
    int Columns { get; }

    int Label(int row);

    /// <summary>Writes rows into a batch, one after the other. What is random in them comes from the seed, the epoch and the row alone.</summary>
    void Fill(int epoch, ReadOnlySpan<int> rows, Span<float> batch);

    /// <summary>Adds what the rows are made of to the hash of a set-up.</summary>
    void Hash(IncrementalHash hash);
}
