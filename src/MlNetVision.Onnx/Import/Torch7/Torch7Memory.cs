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
