using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using MlNetVision.Files;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>
/// Reads the values that tensors have in files beside the model. Only files of the model's folder are read: a model from a stranger must not
/// choose others.
/// </summary>
/// <remarks>Format: https://github.com/onnx/onnx/blob/main/docs/ExternalData.md.</remarks>
internal sealed class ExternalData
{
    private readonly string _model;
    private readonly string _folder;
    private readonly string[] _realFolders;
    private readonly Dictionary<string, ExternalFile> _files = new(StringComparer.Ordinal);

    private ExternalData(string model)
    {
        _model = model;
        _folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        // Caches keep links to files that lie side by side elsewhere: the folder that the model's own link leads to counts as well.
        _realFolders = [RealPath.Of(_folder), Path.GetDirectoryName(RealPath.Of(model))!];
    }

    /// <summary>Reads all values into the tensors, which have no external data from then on.</summary>
    /// <param name="proto">The model.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="BadModelException">A file is missing, too short, or outside the folder; the message names model, tensor and file.</exception>
    public static void Read(ModelProto proto, string path)
    {
        ExternalData? data = null;
        foreach (var tensor in proto.AllTensors().Where(t => t.DataLocation == DataLocation.External))
        {
            data ??= new ExternalData(path);
            tensor.RawData = data.Values(tensor);
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
        }
    }

    /// <summary>Checks that a model that has no file beside it needs none.</summary>
    public static void RequireNone(OnnxModel model)
    {
        if (model.Proto.AllTensors().FirstOrDefault(t => t.DataLocation == DataLocation.External) is { } tensor)
            throw new BadModelException($"{model.Name}: {Title(tensor)}: {NotRead(tensor)}.");
    }

    /// <summary>What is wrong with a tensor whose values were not read.</summary>
    public static string NotRead(TensorProto tensor) =>
        $"its values are in another file ('{Entry(tensor, "location")}'), which is found only beside a model that is opened by its path";

    private ByteString Values(TensorProto tensor)
    {
        var location = Entry(tensor, "location") ?? "";
        try
        {
            if (!_files.TryGetValue(location, out var file)) _files[location] = file = Open(location, Entry(tensor, "checksum"));
            return file.Read(Number(tensor, "offset") ?? 0, Length(tensor));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BadModelException($"{_model}: {Title(tensor)} has its values in the file '{location}': {e.Message}", e);
        }
    }

    private ExternalFile Open(string location, string? checksum)
    {
        if (location.Length == 0 || location.Contains('\0')) throw new InvalidDataException("that is no name of a file.");
        if (location[0] is '/' or '\\' || Path.IsPathRooted(location) || (location.Length > 1 && location[1] == ':')
            || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException("that is outside the model's folder; expected a file beside the model.");
        var path = Path.Combine(_folder, location);
        var real = RealPath.Of(path);
        if (!Array.Exists(_realFolders, folder => RealPath.IsBelow(real, folder)))
            throw new InvalidDataException($"that is a link to '{real}', outside the model's folder; expected a file beside the model.");
        if (!File.Exists(real)) throw new InvalidDataException($"there is no '{path}'; the model and the files of its values belong together.");
        return new ExternalFile(real, checksum);
    }

    private static long Length(TensorProto tensor)
    {
        if (tensor.DataType == (int)DataType.String) throw new InvalidDataException("text is stored in the model alone.");
        if (TensorData.ShapeProblem(tensor) is { } problem) throw new InvalidDataException($"{problem}.");
        var length = TensorData.RawLength(tensor);
        var stated = Number(tensor, "length");
        if (stated is { } bytes && length != (ulong)bytes)
            throw new InvalidDataException($"its shape {TensorData.Shape(tensor)} asks for {length} bytes, the model states {bytes}.");
        if (length > (ulong)Array.MaxLength)
            throw new InvalidDataException($"it has {length} bytes; expected at most {Array.MaxLength.ToString(CultureInfo.InvariantCulture)}.");
        return (long)length;
    }

    private static long? Number(TensorProto tensor, string key) => Entry(tensor, key) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw new InvalidDataException($"the {key} is '{text}'; expected a whole number of bytes."),
    };

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static string Title(TensorProto tensor) => tensor.Name.Length > 0 ? $"tensor '{tensor.Name}'" : "a tensor without a name";
}

/// <summary>One file of values. It is open only while it is read: models may have a file for each of thousands of tensors.</summary>
internal sealed class ExternalFile
{
    private const int Sha1Digits = 40;

    private readonly string _path;
    private readonly long _length;
    private readonly Dictionary<(long Offset, long Length), ByteString> _regions = [];
    private long _read;

    /// <param name="path">The file.</param>
    /// <param name="checksum">Its SHA-1 as the model states it; null, or of another form: not checked.</param>
    public ExternalFile(string path, string? checksum)
    {
        _path = path;
        using var stream = RegularFile.OpenRead(path);
        _length = stream.Length;
        if (checksum?.Length != Sha1Digits) return;
#pragma warning disable CA5350 // The format says SHA-1; it finds damage, not forgery.
        var found = Convert.ToHexStringLower(SHA1.HashData(stream));
#pragma warning restore CA5350
        if (!found.Equals(checksum, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"its SHA-1 is {found}, the model states {checksum}; the file is damaged or belongs to another model.");
    }

    /// <summary>A part of the file. Tensors of the same part share its bytes.</summary>
    public ByteString Read(long offset, long length)
    {
        if (_regions.TryGetValue((offset, length), out var known)) return known;
        if (offset > _length || length > _length - offset)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"it has {_length} bytes, the tensor takes {length} from byte {offset} on; the file is cut off or belongs to another model."));
        }
        // Parts that overlap could ask for far more memory than the file has bytes.
        if (length > _length - _read)
            throw new InvalidDataException("its tensors together take more bytes than it has.");
        var bytes = new byte[length];
        using (var stream = RegularFile.OpenRead(_path))
        {
            stream.Position = offset;
            stream.ReadExactly(bytes);
        }
        _read += length;
        return _regions[(offset, length)] = UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
