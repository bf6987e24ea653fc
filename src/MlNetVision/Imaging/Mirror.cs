namespace MlNetVision.Imaging;

/// <summary>Reflection at the outermost elements of a row, which are not repeated: … 2 1 | 0 1 2 … n−1 | n−2 n−3 …, of period 2(n − 1).</summary>
internal static class Mirror
{
    /// <summary>The index in a row of <paramref name="length"/> for a position within or beyond it.</summary>
    public static int Index(long position, int length)
    {
        if (length == 1) return 0;
        var period = 2L * (length - 1);
        var at = position % period;
        if (at < 0) at += period;
        return (int)(at < length ? at : period - at);
    }
}
