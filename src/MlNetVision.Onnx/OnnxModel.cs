using Google.Protobuf;
using MlNetVision.Files;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>
/// A network as data: an ONNX model in memory that can be read, changed, checked, cut, described and written.
/// It holds no native resource; running it is the task of ONNX Runtime.
/// </summary>
/// <remarks>Format: the ONNX specification, https://github.com/onnx/onnx/blob/main/docs/IR.md.</remarks>
public sealed partial class OnnxModel
{
    /// <summary>Wraps a model message; the message is not copied.</summary>
    /// <param name="proto">The message, with a graph.</param>
    /// <param name="name">What errors call this model, usually its file; null calls it "the model".</param>
    public OnnxModel(ModelProto proto, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(proto);
        Proto = proto;
        Name = name ?? "the model";
        Metadata = new OnnxMetadata(proto);
    }

    /// <summary>The message itself, for changes that this class has no method for.</summary>
    public ModelProto Proto { get; }

    /// <summary>The name of this model in error messages: usually the path of its file.</summary>
    public string Name { get; }

    /// <summary>The graph of the model.</summary>
    public GraphProto Graph => Proto.Graph;

    /// <summary>The key-value pairs of <c>metadata_props</c>, read and written in place.</summary>
    public OnnxMetadata Metadata { get; }

    /// <summary>
    /// Reads an <c>.onnx</c> file, and the files beside it that its tensors name (external data): the model holds all its values from then on.
    /// </summary>
    /// <exception cref="BadModelException">
    /// The file is missing, unreadable, or not an ONNX model; or a file of its tensors is missing, too short, or outside the model's folder.
    /// </exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var model = Read(RegularFile.ReadAllBytes(path), path);
            ExternalData.Read(model.Proto, path);
            return model;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadModelException($"{path}: the model cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a model from the bytes of an <c>.onnx</c> file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What errors call this model.</param>
    /// <exception cref="BadModelException">The bytes are not an ONNX model, or a tensor has its values in a file beside it.</exception>
    public static OnnxModel Parse(ReadOnlySpan<byte> bytes, string? name = null)
    {
        var model = Read(bytes, name);
        ExternalData.RequireNone(model);
        return model;
    }

    private static OnnxModel Read(ReadOnlySpan<byte> bytes, string? name)
    {
        ModelProto proto;
        try
        {
            proto = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new BadModelException($"{name ?? "the model"}: not an ONNX model: {e.Message}", e);
        }
        if (proto.Graph is null || proto.Graph.Node.Count == 0 || proto.OpsetImport.Count == 0)
        {
            throw new BadModelException(
                $"{name ?? "the model"}: not an ONNX model: expected a graph with nodes and an operator set, found none.");
        }
        return new OnnxModel(proto, name);
    }

    /// <summary>The bytes of the <c>.onnx</c> file.</summary>
    /// <exception cref="BadModelException">They are more than 2 GiB, which is the limit of protobuf.</exception>
    public byte[] ToBytes()
    {
        RequireOneMessage();
        return Proto.ToByteArray();
    }

    /// <summary>Writes an <c>.onnx</c> file; it appears under its name only when whole.</summary>
    /// <inheritdoc cref="ToBytes" path="/exception"/>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the model to a stream, which stays open.</summary>
    /// <inheritdoc cref="ToBytes" path="/exception"/>
    public void Save(Stream stream)
    {
        RequireOneMessage();
        Proto.WriteTo(stream);
    }

    /// <summary>A deep copy.</summary>
    public OnnxModel Clone() => new(Proto.Clone(), Name);

    /// <summary>Models of external data may be larger than a message; its size, an int, is negative then.</summary>
    private void RequireOneMessage()
    {
        var values = Proto.AllTensors().Sum(t => (long)t.RawData.Length);
        if (values > Array.MaxLength || Proto.CalculateSize() is var size && (size < 0 || size > Array.MaxLength))
        {
            throw new BadModelException(FormattableString.Invariant(
                $"{Name}: its tensors have {values} bytes; one ONNX network holds less than 2 GiB (protobuf). Export it in float16 or quantised."));
        }
    }
}

/// <summary>The <c>metadata_props</c> of a model, read and written in place. Keys are case-sensitive and unique.</summary>
public sealed class OnnxMetadata
{
    private readonly ModelProto _proto;

    internal OnnxMetadata(ModelProto proto) => _proto = proto;

    /// <summary>All keys, in file order.</summary>
    public IEnumerable<string> Keys => _proto.MetadataProps.Select(p => p.Key);

    /// <summary>The value of a key, or null where the key is absent. Setting null removes the key.</summary>
    public string? this[string key]
    {
        get => Find(key)?.Value;
        set
        {
            var entry = Find(key);
            if (value is null)
            {
                if (entry is not null) _proto.MetadataProps.Remove(entry);
            }
            else if (entry is null)
            {
                _proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
            }
            else
            {
                entry.Value = value;
            }
        }
    }

    private StringStringEntryProto? Find(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _proto.MetadataProps.FirstOrDefault(p => p.Key == key);
    }
}
