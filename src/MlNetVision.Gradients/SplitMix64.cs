namespace MlNetVision.Gradients;

/// <summary>The finaliser of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, section 3.</summary>
public static class SplitMix64
{
    /// <summary>The increment of the state from number to number.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>A number whose bits all depend on all bits of another.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
