namespace MlNetVision.Training;

/// <summary>The rows of one extraction: in the file or, where it cannot be written, in memory.</summary>
internal sealed class BottleneckStore
{
    private readonly Dictionary<ImageHash, float[]> _kept = [];
    private readonly BottleneckFile? _file;

    /// <param name="file">The file; null: all in memory.</param>
    public BottleneckStore(BottleneckFile? file)
    {
        _file = file;
        if (file is not null) Try(file.Open);
    }

    /// <summary>Why the file cannot be used, or null.</summary>
    public string? Problem { get; private set; }

    public bool Has(ImageHash hash) => _kept.ContainsKey(hash) || _file?.Find(hash) is not null;

    public void Add(ImageHash hash, float[] row, CancellationToken cancellation)
    {
        if (_file is null || Problem is not null || !Try(() => _file.Append(hash, row, cancellation))) _kept[hash] = row;
    }

    /// <summary>The rows of the given images, all of which exist, and the owner of their memory, to be disposed after use.</summary>
    public (ReadOnlyMemory<float>[] Rows, IDisposable? Mapped) Rows(IEnumerable<ImageHash> hashes)
    {
        var mapped = _file is { IsEmpty: false } ? _file.Map() : null;
        return ([.. hashes.Select(h => _kept.TryGetValue(h, out var row) ? row : mapped!.Row(_file!.Find(h)!.Value, h))], mapped);
    }

    private bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"The cache {_file!.Path} cannot be written: {e.Message.TrimEnd('.')}. The features are kept in memory; the next run computes them again.";
            return false;
        }
    }
}
