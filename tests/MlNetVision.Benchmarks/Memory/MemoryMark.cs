namespace MlNetVision.Benchmarks;

/// <summary>The process's memory after a number of pictures.</summary>
/// <param name="Pictures">Pictures done.</param>
/// <param name="Resident">Resident bytes.</param>
/// <param name="Allocated">Managed bytes allocated so far.</param>
internal readonly record struct MemoryMark(int Pictures, long Resident, long Allocated)
{
    public static MemoryMark Now(int pictures) => new(pictures, Environment.WorkingSet, GC.GetTotalAllocatedBytes());
}
