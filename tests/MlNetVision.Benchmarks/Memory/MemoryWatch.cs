namespace MlNetVision.Benchmarks;

/// <summary>Looks at the process's memory when a number of pictures has been asked for, and at the end.</summary>
internal sealed class MemoryWatch(int early)
{
    private long _earlyAllocated;
    private int _count;

    public int Early => early;

    public long EarlyResident { get; private set; }

    public long LateResident { get; private set; }

    public double ManagedPerPicture { get; private set; }

    /// <summary>Hands the pictures on, one by one, as they are asked for.</summary>
    public IEnumerable<string> Count(IEnumerable<string> pictures)
    {
        foreach (var picture in pictures)
        {
            if (++_count == early + 1) (EarlyResident, _earlyAllocated) = (Environment.WorkingSet, GC.GetTotalAllocatedBytes());
            yield return picture;
        }
    }

    public void Stop()
    {
        LateResident = Environment.WorkingSet;
        ManagedPerPicture = (double)(GC.GetTotalAllocatedBytes() - _earlyAllocated) / (_count - early);
    }
}
