using System.Buffers.Binary;

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

/// <summary>An object of a class that Torch's packages define, such as a module of a network.</summary>
/// <param name="className">The class, such as <c>nn.Sequential</c>.</param>
internal sealed class Torch7Object(string className)
{
    public string Class { get; } = className;

    /// <summary>Its fields; empty while it is being read, and for an object that has none.</summary>
    public Torch7Table Fields { get; set; } = Torch7Table.Empty;
}

/// <summary>A Lua function, of which nothing is kept: its code is never run.</summary>
internal sealed class Torch7Function
{
    public static Torch7Function Skipped { get; } = new();
}

/// <summary>A view of a storage. That it lies within was checked when it was read.</summary>
/// <param name="Size">Its axes; none for a tensor without elements.</param>
/// <param name="Stride">Elements of the storage from one to the next on each axis.</param>
/// <param name="Offset">The first element, counted from 0.</param>
/// <param name="Storage">The storage; null where there are no elements.</param>
internal sealed record Torch7Tensor(long[] Size, long[] Stride, long Offset, Torch7Storage? Storage)
{
    /// <summary>
    /// The number of its elements, which may be more than the storage has where a stride is 0; at most that of the largest array and one.
    /// </summary>
    public long Count => Size.Length == 0
        || Size.Contains(0) ? 0 : Size.Aggregate(1L, (all, axis) => axis > Array.MaxLength / all ? Array.MaxLength + 1L : all * axis);

    /// <summary>Whether every element lies within the storage.</summary>
    public bool IsWithinStorage()
    {
        if (Size.Any(s => s < 0)) return false;
        if (Size.Length == 0 || Size.Contains(0)) return true;
        if (Storage is null) return false;
        Int128 least = Offset, most = Offset;
        for (var i = 0; i < Size.Length; i++)
        {
            var reach = (Int128)(Size[i] - 1) * Stride[i];
            if (Int128.Abs(reach) >= Storage.Count) return false; // before sums of several could overflow
            if (reach < 0) least += reach;
            else most += reach;
        }
        return least >= 0 && most < Storage.Count;
    }

    public override string ToString() => Size.Length == 0 ? "nothing" : string.Join('×', Size);
}

/// <summary>Numbers in the file that tensors are views of; they stay there until a tensor is read.</summary>
/// <param name="Element">What they are.</param>
/// <param name="Start">The byte at which they begin.</param>
/// <param name="Count">How many.</param>
internal sealed record Torch7Storage(Torch7Element Element, int Start, long Count);

/// <summary>What a tensor or storage holds: a number of so many bytes, little-endian.</summary>
/// <param name="Name">Its name in Torch, such as <c>Float</c>.</param>
/// <param name="Bytes">Bytes a number.</param>
/// <param name="Read">Reads the number that the bytes start with.</param>
internal sealed record Torch7Element(string Name, int Bytes, Torch7Element.Reader Read)
{
    private const string Namespace = "torch.";
    private const string Cuda = "Cuda";

    // Files hold what was on a graphics card as ordinary numbers; "Cuda" by itself means floats.
    private static readonly Dictionary<string, Torch7Element> All = new Torch7Element[]
    {
        new("Byte", 1, b => b[0]),
        new("Char", 1, b => (sbyte)b[0]),
        new("Short", 2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        new("Int", 4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        new("Long", 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        new("Half", 2, b => (float)BinaryPrimitives.ReadHalfLittleEndian(b)),
        new("Float", 4, BinaryPrimitives.ReadSingleLittleEndian),
        new("Double", 8, b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b)),
    }.ToDictionary(e => e.Name, StringComparer.Ordinal);

    public delegate float Reader(ReadOnlySpan<byte> bytes);

    /// <summary>The element of a class such as <c>torch.FloatTensor</c> or <c>torch.CudaStorage</c>, whose name ends as said; or null.</summary>
    public static Torch7Element? Of(string className, string ending)
    {
        if (!className.StartsWith(Namespace, StringComparison.Ordinal) || !className.EndsWith(ending, StringComparison.Ordinal)) return null;
        var name = className.AsSpan(Namespace.Length..^ending.Length);
        if (name.StartsWith(Cuda, StringComparison.Ordinal)) name = name.Length == Cuda.Length ? "Float" : name[Cuda.Length..];
        return All.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var element) ? element : null;
    }
}

/// <summary>
/// Compares keys that a file chooses, with hashes that differ from run to run: those of .NET's numbers are the numbers, so a file could
/// choose keys that all collide, and each search would go through all of them.
/// </summary>
internal sealed class Torch7Keys : IEqualityComparer<object>, IEqualityComparer<int>
{
    public static Torch7Keys Comparer { get; } = new();

    bool IEqualityComparer<object>.Equals(object? a, object? b) => object.Equals(a, b);

    // Equal numbers have equal hashes: 0 and −0, and all that are no numbers.
    int IEqualityComparer<object>.GetHashCode(object key)
    {
        if (key is not double number) return key.GetHashCode();
        var bits = number == 0 || double.IsNaN(number) ? 0 : BitConverter.DoubleToInt64Bits(number);
        return HashCode.Combine((int)(bits >> 32), (int)bits);
    }

    bool IEqualityComparer<int>.Equals(int a, int b) => a == b;

    int IEqualityComparer<int>.GetHashCode(int key) => HashCode.Combine(key);
}
