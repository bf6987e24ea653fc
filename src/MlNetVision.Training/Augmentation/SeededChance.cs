namespace MlNetVision.Training;

/// <summary>
/// Random numbers that depend on three integers alone: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014). Neighbouring integers give unrelated numbers, which <see cref="Random"/> does not promise of its seeds.
/// </summary>
internal struct SeededChance
{
    private ulong _state;

    public SeededChance(int seed, int epoch, int index)
    {
        foreach (var part in (ReadOnlySpan<int>)[seed, epoch, index]) _state = Mix(_state + (uint)part + 0x9E3779B97F4A7C15);
    }

    /// <summary>A number from <paramref name="least"/> up to <paramref name="most"/>, exclusively.</summary>
    public double Between(double least, double most) => least + (most - least) * Next();

    /// <summary>Whether something happens that has this probability.</summary>
    public bool Happens(double probability) => Next() < probability;

    /// <summary>The upper 53 bits, as a number from 0 up to 1, exclusively.</summary>
    private double Next() => (Mix(_state += 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
