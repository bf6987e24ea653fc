using Google.Protobuf;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx;

/// <summary>Makes and reads the attributes of ONNX nodes.</summary>
public static class OnnxAttributes
{
    /// <summary>Makes an attribute from a long, int, bool, float, string, tensor, or an array of long, int, float or string.</summary>
    public static AttributeProto Make(string name, object value)
    {
        var a = new AttributeProto { Name = name };
        switch (value)
        {
            case long v: a.I = v; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case int v: a.I = v; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case bool v: a.I = v ? 1 : 0; a.Type = AttributeProto.Types.AttributeType.Int; break;
            case float v: a.F = v; a.Type = AttributeProto.Types.AttributeType.Float; break;
            case string v: a.S = ByteString.CopyFromUtf8(v); a.Type = AttributeProto.Types.AttributeType.String; break;
            case TensorProto v: a.T = v; a.Type = AttributeProto.Types.AttributeType.Tensor; break;
            case long[] v: a.Ints.AddRange(v); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case int[] v: a.Ints.AddRange(v.Select(i => (long)i)); a.Type = AttributeProto.Types.AttributeType.Ints; break;
            case float[] v: a.Floats.AddRange(v); a.Type = AttributeProto.Types.AttributeType.Floats; break;
            case string[] v: a.Strings.AddRange(v.Select(ByteString.CopyFromUtf8)); a.Type = AttributeProto.Types.AttributeType.Strings; break;
            default: throw new ArgumentException($"Attribute '{name}': a {value?.GetType().Name ?? "null"} is not an ONNX attribute.", nameof(value));
        }
        return a;
    }

    /// <summary>The attribute of that name, or null.</summary>
    public static AttributeProto? Find(this NodeProto node, string name)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Attribute.FirstOrDefault(a => a.Name == name);
    }

    /// <summary>An integer attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static long Integer(this NodeProto node, string name, long missing) => node.Find(name)?.I ?? missing;

    /// <summary>A list of integers, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static long[] Integers(this NodeProto node, string name, params long[] missing) => node.Find(name)?.Ints.ToArray() ?? missing;

    /// <summary>A float attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static float Float(this NodeProto node, string name, float missing) => node.Find(name)?.F ?? missing;

    /// <summary>A string attribute, or <paramref name="missing"/> where the node has none of that name.</summary>
    public static string Text(this NodeProto node, string name, string missing) => node.Find(name)?.S.ToStringUtf8() ?? missing;
}
