namespace MlNetVision.Imaging;

/// <summary>
/// Counts the native bytes of all live images, and triggers a garbage collection when undisposed ones accumulate.
/// </summary>
/// <remarks>
/// <c>GC.AddMemoryPressure</c> is meant for this, but under steady load it triggers a full collection every few megabytes: measured, one
/// per four photographs, without anything to collect.
/// </remarks>
internal static class ImageMemory
{
    /// <summary>Below this no collection is triggered.</summary>
    private const long Floor = 256L << 20;

    private static long _living;
    private static long _limit = Floor;

    /// <summary>The native bytes of all live images.</summary>
    public static long Living => Interlocked.Read(ref _living);

    /// <summary>Counts a new image.</summary>
    public static void Add(long bytes)
    {
        var living = Interlocked.Add(ref _living, bytes);
        if (living < Floor) Volatile.Write(ref _limit, Floor);
        if (living <= Volatile.Read(ref _limit)) return;
        // Twice the live bytes next time, because those images are in use. Blocking: allocation would outrun a background collection.
        Volatile.Write(ref _limit, living * 2);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
    }

    /// <summary>Counts an image that was freed.</summary>
    public static void Remove(long bytes) => Interlocked.Add(ref _living, -bytes);
}
