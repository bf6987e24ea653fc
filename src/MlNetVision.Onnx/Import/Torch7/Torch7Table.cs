namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>
/// A Lua table as it was written. Keys and values are <see cref="double"/>, <see cref="string"/>, <see cref="bool"/>, tables, objects,
/// tensors, storages or functions, and never nil.
/// </summary>
/// <param name="capacity">How many entries it will have.</param>
internal sealed class Torch7Table(int capacity)
{
    // Fields of modules are some twenty; a search is then cheaper than an index.
    private const int Few = 32;

    /// <summary>A table without entries, to which none are added.</summary>
    public static Torch7Table Empty { get; } = new(0);

    private readonly KeyValuePair<object, object>[] _entries = capacity == 0 ? [] : new KeyValuePair<object, object>[capacity];
    private int _count;
    private Dictionary<object, object>? _index;

    public IReadOnlyList<KeyValuePair<object, object>> Entries => new ArraySegment<KeyValuePair<object, object>>(_entries, 0, _count);

    /// <summary>The value of a key, of which the last one counts; or null.</summary>
    public object? this[object key]
    {
        get
        {
            if (_count > Few) return (_index ??= Index()).GetValueOrDefault(key);
            for (var i = _count - 1; i >= 0; i--)
                if (_entries[i].Key.Equals(key)) return _entries[i].Value;
            return null;
        }
    }

    public void Add(object key, object value)
    {
        _entries[_count++] = new(key, value);
        _index = null;
    }

    /// <summary>The values of the keys 1, 2, 3, … up to the first that is missing.</summary>
    public IEnumerable<object> Sequence()
    {
        for (double i = 1; this[i] is { } value; i++) yield return value;
    }

    private Dictionary<object, object> Index()
    {
        var index = new Dictionary<object, object>(_count, Torch7Keys.Comparer);
        foreach (var (key, value) in Entries) index[key] = value;
        return index;
    }
}
