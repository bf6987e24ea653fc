using System.Buffers.Binary;
using System.Text;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>
/// Reads Torch7's binary serialisation (torch/torch7, <c>File.lua</c>): each value begins with its type in four bytes; tables, objects
/// and functions have a number by which they are referred to again, so that a file may hold cycles. All is little-endian, sizes have
/// eight bytes. Every length is checked against the bytes that are left before memory is taken.
/// </summary>
internal sealed class Torch7Reader
{
    /// <summary>How deep values may lie in each other. A module takes three levels; published networks nest some ten.</summary>
    private const int MostLevels = 400;

    // The least that an entry takes: two references, or two empty strings.
    private const int LeastEntry = 16;

    // Bytes of memory that values take: headers and references.
    private const int ValueCost = 24, TableCost = 64, ObjectCost = 56, EntryCost = 16, AxisCost = 16;

    private const int MostAxes = 16;

    private static readonly object True = true;
    private static readonly object False = false;

    private readonly byte[] _bytes;
    private readonly string _name;
    private readonly Torch7Memory _memory;
    private readonly Torch7Known _known = new();
    private int _at;
    private int _level;

    private Torch7Reader(byte[] bytes, string name, Torch7Memory memory) => (_bytes, _name, _memory) = (bytes, name, memory);

    private enum Kind
    {
        Nil = 0,
        Number = 1,
        Text = 2,
        Table = 3,
        Object = 4,
        Boolean = 5,
        Function = 6,
        LegacyRecursiveFunction = 7,
        RecursiveFunction = 8,
    }

    /// <summary>
    /// The first value of a file: a <see cref="double"/>, <see cref="string"/>, <see cref="bool"/>, or one of this folder's types; null for nil.
    /// </summary>
    /// <exception cref="BadModelException">The bytes are no such value, or ask for too much memory; the message names the byte.</exception>
    public static object? Read(byte[] bytes, string name, Torch7Memory memory) => new Torch7Reader(bytes, name, memory).ReadValue();

    /// <summary>A name as messages have it.</summary>
    public static string Shorten(string name) => name.Length <= 60 ? name : $"{name[..60]}…";

    private int Left => _bytes.Length - _at;

    private object? ReadValue()
    {
        var start = _at;
        if (++_level > MostLevels) throw Bad(start, $"at most {MostLevels} levels of values in values", "more");
        var kind = (Kind)ReadInt();
        object? value = kind switch
        {
            Kind.Nil => null,
            Kind.Number => ReadNumber(),
            Kind.Text => ReadText(),
            Kind.Boolean => ReadInt() != 0 ? True : False,
            Kind.Function => SkipFunction(),
            Kind.Table or Kind.Object or Kind.LegacyRecursiveFunction or Kind.RecursiveFunction => ReadNumbered(kind),
            _ => throw Bad(start, "a value of one of the types 0 to 8", $"the type {(int)kind}"),
        };
        _level--;
        return value;
    }

    private object ReadNumbered(Kind kind)
    {
        var number = ReadInt();
        if (_known[number] is { } known) return known;
        Spend(_known.Reserve(number));
        switch (kind)
        {
            case Kind.Table:
                return ReadTable(number);
            case Kind.Object:
                return ReadObject(number);
            default:
                Know(number, Torch7Function.Skipped);
                return SkipFunction();
        }
    }

    private object ReadObject(int number)
    {
        var start = _at;
        // Files older than versions begin with the class at once.
        var text = Take(ReadInt());
        var className = text.StartsWith("V "u8) ? ReadText() : ToText(text);
        Spend(ObjectCost);
        if (Torch7Element.Of(className, "Tensor") is { } element) return Know(number, ReadTensor(element, start));
        if (Torch7Element.Of(className, "Storage") is { } stored) return Know(number, ReadStorage(stored));
        var read = new Torch7Object(className);
        Know(number, read);
        read.Fields = ReadValue() switch
        {
            Torch7Table fields => fields,
            null => Torch7Table.Empty,
            _ => throw Bad(start, $"a table of the fields of {Shorten(className)}", "another value"),
        };
        return read;
    }

    private object Know(int number, object value)
    {
        // A tensor's storage may have taken the number: a file that says so is none that Torch wrote.
        if (!_known.TryAdd(number, value)) throw Bad(_at, $"one value with the number {number}", "two");
        return value;
    }

    private Torch7Table ReadTable(int number)
    {
        var start = _at;
        var count = ReadInt();
        var room = Left / LeastEntry;
        if (count < 0 || count > room) throw Bad(start, $"a table of 0 to {room} entries, for which there is room", $"{count}");
        Spend(TableCost + EntryCost * (long)count);
        var table = new Torch7Table(count);
        Know(number, table);
        for (var i = 0; i < count; i++)
        {
            var at = _at;
            var key = ReadValue() ?? throw Bad(at, "a key", "nil");
            at = _at;
            table.Add(key, ReadValue() ?? throw Bad(at, "a value", "nil"));
        }
        return table;
    }

    private Torch7Tensor ReadTensor(Torch7Element element, int start)
    {
        var axes = ReadInt();
        if (axes is < 0 or > MostAxes) throw Bad(_at - sizeof(int), $"a tensor of 0 to {MostAxes} axes", $"{axes}");
        Spend(AxisCost * axes);
        var (size, stride) = (ReadLongs(axes), ReadLongs(axes));
        var offset = ReadLong();
        var storage = ReadValue();
        if (storage is not (null or Torch7Storage)) throw Bad(start, "a tensor on a storage", "another value");
        var stored = (Torch7Storage?)storage;
        if (stored is not null && stored.Element != element)
            throw Bad(start, $"a tensor on a storage of {element.Name}", $"one of {stored.Element.Name}");
        var tensor = new Torch7Tensor(size, stride, offset - 1, stored);
        // An offset below the least would overflow.
        if (offset == long.MinValue || !tensor.IsWithinStorage())
            throw Bad(start, $"a tensor within its storage of {stored?.Count ?? 0} elements",
                $"one of {tensor} with the strides {string.Join(", ", stride)} from element {offset} on");
        return tensor;
    }

    private Torch7Storage ReadStorage(Torch7Element element)
    {
        var at = _at;
        var count = ReadLong();
        if (count < 0 || count > Left / element.Bytes)
            throw Bad(at, $"a storage of 0 to {Left / element.Bytes} elements of {element.Bytes} bytes, for which there is room", $"{count}");
        var storage = new Torch7Storage(element, _at, count);
        _at += (int)count * element.Bytes;
        return storage;
    }

    /// <summary>The code, and the values that it had caught.</summary>
    private Torch7Function SkipFunction()
    {
        Take(ReadInt());
        ReadValue();
        return Torch7Function.Skipped;
    }

    private long[] ReadLongs(int count)
    {
        var values = new long[count];
        for (var i = 0; i < count; i++) values[i] = ReadLong();
        return values;
    }

    private string ReadText() => ToText(Take(ReadInt()));

    private string ToText(ReadOnlySpan<byte> bytes)
    {
        Spend(ValueCost + sizeof(char) * (long)bytes.Length);
        return Encoding.Latin1.GetString(bytes);
    }

    private int ReadInt() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private long ReadLong() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    private double ReadNumber()
    {
        Spend(ValueCost);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));
    }

    private void Spend(long bytes)
    {
        if (!_memory.TryTake(bytes)) throw Bad(_at, $"values that take less memory than {_memory.Limit}", "more");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Left) throw Bad(_at, $"{count} bytes more", $"{Left}");
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    private BadModelException Bad(int at, string expected, string found) =>
        new($"{_name}: not a Torch7 file in binary form, or damaged: at byte {at} of {_bytes.Length}, expected {expected}, found {found}.");
}
