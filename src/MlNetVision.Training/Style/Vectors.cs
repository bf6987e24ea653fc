namespace MlNetVision.Training.Style;

/// <summary>Sums over long vectors, in doubles and from the first element to the last.</summary>
internal static class Vectors
{
    public static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    public static double AbsoluteSum(float[] a)
    {
        var sum = 0.0;
        foreach (var v in a) sum += Math.Abs(v);
        return sum;
    }

    public static double Largest(float[] a)
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

    /// <summary>a += b · factor.</summary>
    public static void Add(float[] a, float[] b, double factor)
    {
        for (var i = 0; i < a.Length; i++) a[i] += (float)(b[i] * factor);
    }

    public static void Scale(float[] a, double factor)
    {
        for (var i = 0; i < a.Length; i++) a[i] = (float)(a[i] * factor);
    }
}
