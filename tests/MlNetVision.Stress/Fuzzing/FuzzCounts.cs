using System.IO.MemoryMappedFiles;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Counts in memory.</summary>
internal sealed class FuzzCounts : IFuzzCounts
{
    public long Number { get; set; }

    public long Inputs { get; set; }

    public long Accepted { get; set; }

    public long Refused { get; set; }

    public long Findings { get; set; }

    public long Slowest { get; set; }

    public long SlowestNumber { get; set; }

    public long MostMemory { get; set; }

    public long Begun { get; set; }
}

/// <summary>Counts in a file that two processes have in memory, so that they outlive the one that counts.</summary>
internal sealed class SharedCounts(string path) : IFuzzCounts, IDisposable
{
    private readonly MemoryMappedViewAccessor _view = Open(path);

    public long Number { get => this[0]; set => this[0] = value; }

    public long Inputs { get => this[1]; set => this[1] = value; }

    public long Accepted { get => this[2]; set => this[2] = value; }

    public long Refused { get => this[3]; set => this[3] = value; }

    public long Findings { get => this[4]; set => this[4] = value; }

    public long Slowest { get => this[5]; set => this[5] = value; }

    public long SlowestNumber { get => this[6]; set => this[6] = value; }

    public long MostMemory { get => this[7]; set => this[7] = value; }

    public long Begun { get => this[8]; set => this[8] = value; }

    private long this[int at]
    {
        get => _view.ReadInt64(at * sizeof(long));
        set => _view.Write(at * sizeof(long), value);
    }

    public void Dispose() => _view.Dispose();

    private static MemoryMappedViewAccessor Open(string path)
    {
        const int Length = 16 * sizeof(long);
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Length);
        return file.CreateViewAccessor(0, Length);
    }
}
