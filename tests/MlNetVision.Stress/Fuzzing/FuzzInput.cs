using System.Text;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Makes the input of a number: the same reader, random seed and number give the same bytes.</summary>
internal sealed class FuzzInput(FuzzTarget target, int seed)
{
    private readonly IReadOnlyList<byte[]> _seeds = target.Seeds();

    /// <summary>The inputs from 0 on are the sound ones; damaged ones follow.</summary>
    public bool IsSound(long number) => number < _seeds.Count;

    public byte[] this[long number] => IsSound(number) ? _seeds[(int)number] : target.Damage(_seeds, new Random(Mix(number)));

    // FNV-1a; string.GetHashCode varies from process to process.
    private int Mix(long number)
    {
        const uint Prime = 16777619;
        var hash = 2166136261u;
        foreach (var part in (ReadOnlySpan<byte>)[.. Encoding.UTF8.GetBytes(target.Name), .. BitConverter.GetBytes(seed), .. BitConverter.GetBytes(number)])
            hash = (hash ^ part) * Prime;
        return (int)hash;
    }
}
