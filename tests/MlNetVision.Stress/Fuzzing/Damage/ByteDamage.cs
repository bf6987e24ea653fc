using System.Buffers.Binary;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Damage to bytes of any format.</summary>
internal static class ByteDamage
{
    private const int LongestInput = 1 << 20;
    private static readonly long[] Numbers = [0, 1, -1, 2, 7, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 20, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 40, long.MaxValue];

    /// <summary>One to eight changes to one of the inputs, or two inputs joined.</summary>
    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        var bytes = seeds[random.Next(seeds.Count)];
        if (random.Next(10) == 0) bytes = Splice(bytes, seeds[random.Next(seeds.Count)], random);
        return Apply(bytes, random);
    }

    public static byte[] Apply(byte[] sound, Random random)
    {
        var bytes = new List<byte>(sound);
        // Most inputs have few changes: what many of them damage is refused at the first.
        for (var changes = 1 + (int)(random.NextDouble() * random.NextDouble() * 8); changes > 0; changes--) Change(bytes, random);
        return [.. bytes];
    }

    /// <summary>The start of one and the end of another.</summary>
    public static byte[] Splice(byte[] first, byte[] second, Random random) => [.. first.AsSpan(0, random.Next(first.Length + 1)), .. second.AsSpan(random.Next(second.Length + 1))];

    private static void Change(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }
        // Formats begin with what decides most: half of the changes are there.
        var at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 128));
        var length = random.Next(1, Math.Min(random.Next(4) == 0 ? 4096 : 32, bytes.Count - at) + 1);
        switch (random.Next(10))
        {
            case 0 or 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: bytes[at] = (byte)random.Next(256); break;
            case 3: bytes[at] = (byte)(random.Next(2) == 0 ? 0 : 255); break;
            case 4 or 5: Put(bytes, at, random); break;
            case 6: bytes.RemoveRange(at, length); break;
            case 7: if (bytes.Count < LongestInput) bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 8: bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)).ToArray()); break;
            default: if (random.Next(3) == 0) bytes.RemoveRange(at, bytes.Count - at); break;
        }
    }

    /// <summary>A number that is apt to be a length, an offset or a size, of 1 to 8 bytes in either order.</summary>
    private static void Put(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        var value = random.Next(3) == 0 ? random.NextInt64(-4, 70) : Numbers[random.Next(Numbers.Length)];
        var size = 1 << random.Next(4);
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        var part = number[..size];
        if (random.Next(2) == 0) part.Reverse();
        for (var i = 0; i < size && at + i < bytes.Count; i++) bytes[at + i] = part[i];
    }
}
