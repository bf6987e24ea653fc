using System.Buffers;
using MlNetVision.Files;

namespace MlNetVision.Imaging;

/// <summary>The bytes of an image file in a rented buffer, read up to a limit; disposing returns the buffer.</summary>
internal sealed class EncodedBytes : IDisposable
{
    private const int FirstRead = 64 << 10;
    private byte[] _buffer;
    private int _length;

    private EncodedBytes(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    public static EncodedBytes Read(string path, ImageLimits limits)
    {
        if (path.Contains('\0'))
            throw new BadImageException($"{path.Replace("\0", "\\0", StringComparison.Ordinal)}: the name has a null character (\\0); expected an image file.");
        if (Directory.Exists(path)) throw new BadImageException($"{path}: this is a folder; expected an image file.");
        using var file = Open(path);
        if (file.CanSeek && file.Length == 0) throw new BadImageException($"{path}: the file is empty (0 bytes); expected an image file.");
        return Read(file, path, limits);
    }

    private static FileStream Open(string path)
    {
        try
        {
            RegularFile.Check(path, orOpenPipe: true);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadImageException($"{path}: there is no such file; expected an image file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    public static EncodedBytes Read(Stream stream, string name, ImageLimits limits)
    {
        var most = Math.Min(limits.MaxBytes, Array.MaxLength);
        var known = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (known > most) throw TooLong(name, $"{known}", most);
        // One byte more than the known length, so that the end is seen without growing.
        var bytes = new EncodedBytes((int)Math.Min(Math.Max(known, FirstRead) + 1, Array.MaxLength));
        try
        {
            bytes.Fill(stream, name, most);
            return bytes;
        }
        catch (Exception e)
        {
            bytes.Dispose();
            if (e is IOException or NotSupportedException or ObjectDisposedException) throw Unreadable(name, e);
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Fill(Stream stream, string name, long most)
    {
        int got;
        while ((got = stream.Read(_buffer, _length, _buffer.Length - _length)) > 0)
        {
            _length += got;
            if (_length > most) throw TooLong(name, "more", most);
            if (_length == _buffer.Length) Grow();
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, Array.MaxLength));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static BadImageException Unreadable(string name, Exception e) => new($"{name}: the file cannot be read: {e.Message}", e);

    private static BadImageException TooLong(string name, string bytes, long most) =>
        new($"{name}: the file has {bytes} bytes; at most {most} are read.");
}
