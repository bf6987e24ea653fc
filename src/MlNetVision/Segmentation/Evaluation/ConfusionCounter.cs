using System.Runtime.Intrinsics;

namespace MlNetVision.Segmentation.Evaluation;

/// <summary>Counts pairs of true and predicted class indices.</summary>
internal static class ConfusionCounter
{
    /// <summary>One row and one column per byte value, so that counting needs no range check.</summary>
    public const int Side = 256;

    /// <summary>The length of a table.</summary>
    public const int Cells = Side * Side;

    /// <summary>Adds one to the cell (truth, predicted) of each pixel.</summary>
    /// <param name="truth">Indices.</param>
    /// <param name="predicted">Indices, as many.</param>
    /// <param name="counts"><see cref="Cells"/> counters, true classes by row. A span's length fits in 31 bits, so none overflows in one call.</param>
    public static void Count(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, Span<uint> counts)
    {
        if (predicted.Length != truth.Length) throw new ArgumentException($"{predicted.Length} predicted indices are given for {truth.Length} true ones.", nameof(predicted));
        counts = counts[..Cells];
        var i = 0;
        // Masks are mostly large areas: a block of equal pairs is counted at once.
        for (; i <= truth.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            var t = truth.Slice(i, Vector256<byte>.Count);
            var p = predicted.Slice(i, Vector256<byte>.Count);
            if (IsUniform(t) && IsUniform(p)) counts[t[0] * Side + p[0]] += (uint)Vector256<byte>.Count;
            else CountEach(t, p, counts);
        }
        CountEach(truth[i..], predicted[i..], counts);
    }

    private static bool IsUniform(ReadOnlySpan<byte> block) => Vector256.EqualsAll(Vector256.Create(block), Vector256.Create(block[0]));

    private static void CountEach(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, Span<uint> counts)
    {
        for (var i = 0; i < truth.Length && i < predicted.Length; i++) counts[truth[i] * Side + predicted[i]]++;
    }
}
