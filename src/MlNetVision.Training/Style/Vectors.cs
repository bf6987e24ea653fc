using System.Runtime.Intrinsics;

namespace MlNetVision.Training.Style;

/// <summary>Sums over long vectors, in doubles, in eight lanes on every machine, so that sums have the same order everywhere.</summary>
internal static class Vectors
{
    private static readonly int Lanes = Vector256<float>.Count;

    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (low, high, i) = (Vector256<double>.Zero, Vector256<double>.Zero, 0);
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (aLow, aHigh) = Vector256.Widen(Vector256.Create(a[i..]));
            var (bLow, bHigh) = Vector256.Widen(Vector256.Create(b[i..]));
            (low, high) = (low + aLow * bLow, high + aHigh * bHigh);
        }
        var sum = Vector256.Sum(low + high);
        for (; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    public static double AbsoluteSum(ReadOnlySpan<float> a)
    {
        var (sums, i) = (Vector256<double>.Zero, 0);
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.Abs(Vector256.Create(a[i..])));
            sums += low + high;
        }
        var sum = Vector256.Sum(sums);
        for (; i < a.Length; i++) sum += Math.Abs(a[i]);
        return sum;
    }

    public static double Largest(ReadOnlySpan<float> a)
    {
        var most = 0f;
        foreach (var v in a) most = Math.Max(most, Math.Abs(v));
        return most;
    }

    public static float[] Difference(float[] a, float[] b)
    {
        var difference = new float[a.Length];
        for (var i = 0; i < a.Length; i++) difference[i] = a[i] - b[i];
        return difference;
    }

    /// <summary>a += b · factor, each product rounded to a float.</summary>
    public static void Add(Span<float> a, ReadOnlySpan<float> b, double factor)
    {
        var (factors, i) = (Vector256.Create(factor), 0);
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(b[i..]));
            (Vector256.Create<float>(a[i..]) + Vector256.Narrow(low * factors, high * factors)).CopyTo(a[i..]);
        }
        for (; i < a.Length; i++) a[i] += (float)(b[i] * factor);
    }

    public static void Scale(Span<float> a, double factor)
    {
        foreach (ref var v in a) v = (float)(v * factor);
    }
}
