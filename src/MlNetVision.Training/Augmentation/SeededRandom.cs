using MlNetVision.Gradients;

namespace MlNetVision.Training;

/// <summary>
/// Random numbers that depend on three integers alone: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014). Neighbouring integers give unrelated numbers, which <see cref="Random"/> does not promise of its seeds.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    public SeededRandom(int seed, int epoch, int index)
    {
        foreach (var part in (ReadOnlySpan<int>)[seed, epoch, index]) _state = SplitMix64.Mix(_state + (uint)part + SplitMix64.Step);
    }

    /// <summary>A number from <paramref name="least"/> up to <paramref name="most"/>, exclusively.</summary>
    public double Between(double least, double most) => least + (most - least) * Next();

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => Next() < probability;

    /// <summary>The upper 53 bits, as a number from 0 up to 1, exclusively.</summary>
    private double Next() => (SplitMix64.Mix(_state += SplitMix64.Step) >> 11) * (1.0 / (1UL << 53));
}
