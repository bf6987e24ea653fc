namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>
/// Compares keys that a file chooses, with hashes that differ from run to run: those of .NET's numbers are the numbers, so a file could
/// choose keys that all fall into one place, and each search would go through all of them.
/// </summary>
internal sealed class Torch7Keys : IEqualityComparer<object>, IEqualityComparer<int>
{
    public static Torch7Keys Comparer { get; } = new();

    bool IEqualityComparer<object>.Equals(object? a, object? b) => object.Equals(a, b);

    // Equal numbers have equal hashes: 0 and −0, and all that are no numbers.
    int IEqualityComparer<object>.GetHashCode(object key)
    {
        if (key is not double number) return key.GetHashCode();
        var bits = number == 0 || double.IsNaN(number) ? 0 : BitConverter.DoubleToInt64Bits(number);
        return HashCode.Combine((int)(bits >> 32), (int)bits);
    }

    bool IEqualityComparer<int>.Equals(int a, int b) => a == b;

    int IEqualityComparer<int>.GetHashCode(int key) => HashCode.Combine(key);
}
