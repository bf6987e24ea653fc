using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MlNetVision.Files;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// A <c>.weights</c> file, read front to back: three int32 (major, minor, revision), the number of images seen
/// (8 bytes from version 0.2 on, 4 before), then little-endian floats, layer after layer.
/// </summary>
internal sealed class DarknetWeights : IDarknetValues, IDisposable
{
    private const long MostBytes = int.MaxValue - (64L << 20);

    private readonly FileStream _stream;
    private readonly string _path;
    private DarknetSection? _last;

    private DarknetWeights(FileStream stream, string path) => (_stream, _path) = (stream, path);

    /// <summary>Files of a version over 1000 hold the matrices of [connected] by input instead of by output.</summary>
    public bool Transposed { get; private set; }

    /// <summary>The number of images that the network was trained on, as the header states it.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether all bytes are read.</summary>
    public bool IsAtEnd => _stream.Position == _stream.Length;

    public static DarknetWeights Open(string path)
    {
        DarknetWeights? weights = null;
        try
        {
            weights = new DarknetWeights(RegularFile.OpenRead(path), path);
            weights.ReadHeader();
            return weights;
        }
        catch (Exception e)
        {
            weights?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new BadModelException($"{path}: the weights cannot be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The next floats. The file's length is looked at before memory is taken.</summary>
    public float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts)
    {
        var values = new float[parts.Length][];
        for (var i = 0; i < parts.Length; i++) values[i] = Read(section, parts[i].Part.Words, parts[i].Count);
        return values;
    }

    private float[] Read(DarknetSection section, string what, Int128 count)
    {
        _last = section;
        var (offset, found) = (_stream.Position, _stream.Length - _stream.Position);
        if (count * sizeof(float) > found)
        {
            throw new BadModelException(
                $"{_path}: too short for {section.Location}: expected {count * sizeof(float)} bytes of {what} from byte {offset} on, " +
                $"found {found} (the file has {_stream.Length} bytes).");
        }
        var values = new float[(int)count];
        _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
        var bad = values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new BadModelException($"{_path}: {section.Location}: expected finite {what}, found {values[bad]} at byte {offset + 4L * bad}.");
        return values;
    }

    /// <summary>Refuses unread bytes: a file that is too long belongs to another network.</summary>
    public void ExpectEnd(DarknetConfig config)
    {
        if (IsAtEnd) return;
        var last = _last ?? config.Net;
        throw new BadModelException(
            $"{_path}: too long for {config.Path}: expected {_stream.Position} bytes, the last of them for {last.Location}, found {_stream.Length}.");
    }

    public void Dispose() => _stream.Dispose();

    private void ReadHeader()
    {
        Span<byte> header = stackalloc byte[12];
        if (_stream.Length < 16) throw BadHeader("a header of 16 or 20 bytes", $"{_stream.Length} bytes in all");
        if (_stream.Length > MostBytes) throw BadHeader($"at most {MostBytes} bytes, as an ONNX model holds less than 2 GB", $"{_stream.Length}");
        _stream.ReadExactly(header);
        long major = BinaryPrimitives.ReadInt32LittleEndian(header), minor = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (major < 0 || minor < 0) throw BadHeader("a version such as 0.2", $"{major}.{minor}");
        Transposed = major > 1000 || minor > 1000;
        var seen = major * 10 + minor >= 2 && major < 1000 && minor < 1000 ? 8 : 4;
        if (_stream.Length < 12 + seen) throw BadHeader($"a header of {12 + seen} bytes", $"{_stream.Length} bytes in all");
        Span<byte> count = stackalloc byte[8];
        count.Clear();
        _stream.ReadExactly(count[..seen]);
        Seen = BinaryPrimitives.ReadInt64LittleEndian(count);
    }

    private BadModelException BadHeader(string expected, string found) =>
        new($"{_path}: not usable as Darknet weights: expected {expected}, found {found}.");
}
