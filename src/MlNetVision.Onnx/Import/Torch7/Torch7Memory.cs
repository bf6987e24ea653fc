namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>
/// The memory that the values and weights of a file may take together: three times the file, which with the file itself makes four, and a
/// little for short ones. Without it a file could ask for any amount, by empty tables or by tensors that are views of one storage.
/// </summary>
/// <param name="fileBytes">The length of the file.</param>
internal sealed class Torch7Memory(int fileBytes)
{
    private const int Times = 3;
    private const int Least = 24 << 10;

    private long _left = (long)Times * fileBytes + Least;

    /// <summary>Says what the limit is, for messages.</summary>
    public string Limit => $"{Times} times the file's {fileBytes} bytes";

    /// <summary>Takes so many bytes, if they are left.</summary>
    public bool TryTake(long bytes)
    {
        if (bytes > _left) return false;
        _left -= bytes;
        return true;
    }
}

/// <summary>
/// The values of a file that it may refer to again, by their numbers. Torch counts from 1 in the order that it writes them in; a damaged file may
/// have any numbers, at more cost.
/// </summary>
internal sealed class Torch7Known
{
    // References in lists and dictionaries as these grow.
    private const int CostInOrder = 24, CostOutOfOrder = 112;

    private readonly List<object?> _inOrder = [];
    private Dictionary<int, object>? _others;

    /// <summary>The value of a number, or null where it has none yet.</summary>
    public object? this[int number] => IsInOrder(number) ? _inOrder[number - 1] : _others?.GetValueOrDefault(number);

    /// <summary>Reserves the entry of a value whose content is still to be read.</summary>
    /// <returns>The number of bytes that the entry takes.</returns>
    public int Reserve(int number)
    {
        if (IsInOrder(number)) return 0;
        if (number != _inOrder.Count + 1) return CostOutOfOrder;
        _inOrder.Add(null);
        return CostInOrder;
    }

    /// <summary>Sets the value of a number that has none yet.</summary>
    /// <returns>Whether it had none.</returns>
    public bool TryAdd(int number, object value)
    {
        if (!IsInOrder(number)) return (_others ??= new(Torch7Keys.Comparer)).TryAdd(number, value);
        if (_inOrder[number - 1] is not null) return false;
        _inOrder[number - 1] = value;
        return true;
    }

    private bool IsInOrder(int number) => number > 0 && number <= _inOrder.Count;
}
