using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Damage to the fields of an ONNX model: it stays a message that protobuf reads.</summary>
internal static class OnnxDamage
{
    private static readonly long[] Numbers = [0, 1, -1, 2, 3, 7, 13, 64, 255, 4096, 1 << 20, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];

    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        if (random.Next(5) == 0) return ByteDamage.Apply(seeds, random);
        var model = ModelProto.Parser.ParseFrom(seeds[random.Next(seeds.Count)]);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            if (random.Next(3) == 0 && model.MetadataProps.Count > 0) Metadata(model, random);
            else Change(model, random);
        }
        return model.ToByteArray();
    }

    /// <summary>The values of the metadata are texts of their own: lists, JSON, numbers.</summary>
    public static byte[] ApplyToMetadata(IReadOnlyList<byte[]> seeds, Random random)
    {
        var model = ModelProto.Parser.ParseFrom(seeds[random.Next(seeds.Count)]);
        for (var changes = random.Next(1, 4); changes > 0 && model.MetadataProps.Count > 0; changes--) Metadata(model, random);
        if (random.Next(4) == 0) Change(model, random);
        return model.ToByteArray();
    }

    private static void Metadata(ModelProto model, Random random)
    {
        var entry = model.MetadataProps[random.Next(model.MetadataProps.Count)];
        if (random.Next(10) == 0) model.MetadataProps.Remove(entry);
        else entry.Value = TextDamage.Apply(entry.Value, random);
    }

    private static void Change(ModelProto model, Random random)
    {
        var messages = Messages(model).ToList();
        var message = messages[random.Next(messages.Count)];
        var set = message.Descriptor.Fields.InFieldNumberOrder().Where(f => f.IsRepeated ? ((IList)f.Accessor.GetValue(message)).Count > 0 : !f.HasPresence || f.Accessor.HasValue(message)).ToList();
        if (set.Count == 0) return;
        var field = set[random.Next(set.Count)];
        if (field.IsRepeated) InList((IList)field.Accessor.GetValue(message), field, random);
        else if (field.FieldType == FieldType.Message) field.Accessor.Clear(message);
        else field.Accessor.SetValue(message, Other(field, field.Accessor.GetValue(message), messages, random));
    }

    private static void InList(IList list, FieldDescriptor field, Random random)
    {
        var (at, other) = (random.Next(list.Count), random.Next(list.Count));
        switch (random.Next(5))
        {
            case 0: list.RemoveAt(at); break;
            case 1: list.Insert(at, list[other]); break;
            case 2: (list[at], list[other]) = (list[other], list[at]); break;
            default: if (field.FieldType != FieldType.Message) list[at] = Other(field, list[at]!, [], random); break;
        }
    }

    private static object Other(FieldDescriptor field, object value, List<IMessage> messages, Random random) => value switch
    {
        string text => Name(text, messages, random),
        ByteString bytes => ByteString.CopyFrom(ByteDamage.Apply(bytes.ToByteArray(), random)),
        float => new[] { 0, -1, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity }[random.Next(6)],
        double => new[] { 0, -1, double.NaN, 1e300 }[random.Next(4)],
        int => (int)Numbers[random.Next(Numbers.Length)],
        long => Numbers[random.Next(Numbers.Length)],
        ulong => (ulong)Numbers[random.Next(Numbers.Length)],
        Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(-1, 25)),
        _ => value,
    };

    /// <summary>A name of another node or value, so that edges lead elsewhere, back or to themselves; or a damaged one.</summary>
    private static string Name(string text, List<IMessage> messages, Random random)
    {
        var names = messages.OfType<NodeProto>().SelectMany(n => n.Input.Concat(n.Output).Append(n.OpType)).Concat(messages.OfType<TensorProto>().Select(t => t.Name)).ToList();
        return names.Count > 0 && random.Next(4) > 0 ? names[random.Next(names.Count)] : TextDamage.Apply(text, random);
    }

    private static IEnumerable<IMessage> Messages(IMessage message)
    {
        yield return message;
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(f => f.FieldType == FieldType.Message && !f.IsMap))
        {
            var value = field.Accessor.GetValue(message);
            IEnumerable<IMessage> inner = value is IList list ? list.Cast<IMessage>() : value is IMessage one ? [one] : [];
            foreach (var below in inner.SelectMany(Messages)) yield return below;
        }
    }
}
