using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Damage to a zip file: to its bytes, or to what is in it, packed again.</summary>
internal static class ZipDamage
{
    private const int LengthPrefix = sizeof(int);

    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        if (random.Next(4) == 0) return ByteDamage.Apply(seeds, random);
        var entries = Read(seeds[random.Next(seeds.Count)]);
        for (var changes = random.Next(1, 3); changes > 0 && entries.Count > 0; changes--)
        {
            // The library reads the network alone; most changes are there.
            var at = random.Next(3) == 0 ? random.Next(entries.Count) : Math.Max(0, entries.FindIndex(e => e.Name.EndsWith("OnnxModel", StringComparison.Ordinal)));
            switch (random.Next(12))
            {
                case 0: entries.RemoveAt(at); break;
                case 1: entries.Add(entries[at]); break;
                case 2: entries[at] = (entries[random.Next(entries.Count)].Name, entries[at].Data); break;
                default: entries[at] = (entries[at].Name, Entry(entries[at].Data, random)); break;
            }
        }
        return Write(entries);
    }

    /// <summary>A network stands behind its length; it is damaged as a network, and the length made to fit.</summary>
    private static byte[] Entry(byte[] data, Random random)
    {
        var isNetwork = data.Length > LengthPrefix && BinaryPrimitives.ReadInt32LittleEndian(data) == data.Length - LengthPrefix;
        if (!isNetwork || random.Next(8) == 0) return ByteDamage.Apply(data, random);
        try
        {
            var network = OnnxDamage.Apply([data[LengthPrefix..]], random);
            return [.. BitConverter.GetBytes(network.Length), .. network];
        }
        catch (InvalidProtocolBufferException)
        {
            return data; // an earlier change damaged it
        }
    }

    private static List<(string Name, byte[] Data)> Read(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return [.. zip.Entries.Select(e => (e.FullName, Bytes(e)))];
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Write(IEnumerable<(string Name, byte[] Data)> entries)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, data) in entries)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(data);
            }
        }
        return file.ToArray();
    }
}
