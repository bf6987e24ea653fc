namespace MlNetVision.Imaging;

/// <summary>
/// Counts the native bytes of all living images, and has the collector look for forgotten ones when they pile up.
/// </summary>
/// <remarks>
/// <c>GC.AddMemoryPressure</c> is meant for this, but where images come and go in balance it asks for a full collection
/// every few megabytes: one for each four photographs, measured, with nothing to be found.
/// </remarks>
internal static class ImageMemory
{
    /// <summary>Below this nothing is done.</summary>
    private const long Floor = 256L << 20;

    private static long _living;
    private static long _limit = Floor;

    /// <summary>The native bytes of all living images.</summary>
    public static long Living => Interlocked.Read(ref _living);

    /// <summary>Counts a new image.</summary>
    public static void Add(long bytes)
    {
        var living = Interlocked.Add(ref _living, bytes);
        if (living < Floor) Volatile.Write(ref _limit, Floor);
        if (living <= Volatile.Read(ref _limit)) return;
        // Twice as far the next time, for images that are in use. Blocking: in the background, images would outrun it.
        Volatile.Write(ref _limit, living * 2);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
    }

    /// <summary>Counts an image that was freed.</summary>
    public static void Remove(long bytes) => Interlocked.Add(ref _living, -bytes);
}
