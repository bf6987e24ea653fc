using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>
/// Damage to a network whose values are in another file. Both are one input: the length of the network in four bytes, the network, the file.
/// </summary>
internal static class ExternalDamage
{
    /// <summary>The name of the file that the networks refer to.</summary>
    public const string File = "net.onnx.data";

    private static readonly string[] Locations = ["../outside.bin", "/etc/hostname", "..", ".", "", "folder/../../outside.bin", "\\\\host\\share", "net.onnx"];
    private static readonly string[] Numbers = ["0", "1", "-1", "24", "4096", "2147483647", "4294967296", "9223372036854775807", "99999999999999999999", "1e3", " 4", ""];

    /// <summary>A sound network with its values in the other file.</summary>
    public static byte[] Divide(byte[] network)
    {
        var model = ModelProto.Parser.ParseFrom(network);
        var values = new List<byte>();
        foreach (var tensor in model.Graph.Initializer.Where(t => t.RawData.Length > 0))
        {
            Set(tensor, "location", File);
            Set(tensor, "offset", values.Count.ToString(CultureInfo.InvariantCulture));
            Set(tensor, "length", tensor.RawData.Length.ToString(CultureInfo.InvariantCulture));
            values.AddRange(tensor.RawData);
            tensor.ClearRawData();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }
        return Join(model.ToByteArray(), [.. values]);
    }

    public static (byte[] Network, byte[] Values) Parts(ReadOnlySpan<byte> input)
    {
        if (input.Length < sizeof(int)) return ([], []);
        var length = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(input), 0, input.Length - sizeof(int));
        return (input.Slice(sizeof(int), length).ToArray(), input[(sizeof(int) + length)..].ToArray());
    }

    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        var (network, values) = Parts(seeds[random.Next(seeds.Count)]);
        switch (random.Next(3))
        {
            case 0: return Join(network, ByteDamage.Apply(values, random));
            case 1: return Join(OnnxDamage.Apply([network], random), values);
            default:
                var model = ModelProto.Parser.ParseFrom(network);
                var tensors = model.Graph.Initializer.Where(t => t.ExternalData.Count > 0).ToList();
                var tensor = tensors[random.Next(tensors.Count)];
                if (random.Next(2) == 0) Set(tensor, "location", Locations[random.Next(Locations.Length)]);
                else Set(tensor, new[] { "offset", "length", "checksum" }[random.Next(3)], Numbers[random.Next(Numbers.Length)]);
                return Join(model.ToByteArray(), values);
        }
    }

    private static void Set(TensorProto tensor, string key, string value)
    {
        if (tensor.ExternalData.FirstOrDefault(e => e.Key == key) is { } known) known.Value = value;
        else tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static byte[] Join(byte[] network, byte[] values)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, network.Length);
        return [.. length, .. network, .. values];
    }
}
