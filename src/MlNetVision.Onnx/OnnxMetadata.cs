using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

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
