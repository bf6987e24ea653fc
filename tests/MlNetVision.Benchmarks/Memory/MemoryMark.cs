namespace MlNetVision.Benchmarks;

/// <summary>The process's memory after a number of images.</summary>
/// <param name="Images">Images done.</param>
/// <param name="Resident">Resident bytes.</param>
/// <param name="Allocated">Managed bytes allocated so far.</param>
internal readonly record struct MemoryMark(int Images, long Resident, long Allocated)
{
    public static MemoryMark Now(int images) => new(images, Environment.WorkingSet, GC.GetTotalAllocatedBytes());
}
