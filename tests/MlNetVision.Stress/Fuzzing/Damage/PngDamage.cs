using MlNetVision.Stress.Drawn;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Damage within the chunks of a PNG file, whose checksums are then correct: it reaches what lies behind them.</summary>
internal static class PngDamage
{
    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        if (random.Next(3) == 0) return ByteDamage.Apply(seeds, random);
        var chunks = PngChunks.Read(seeds[random.Next(seeds.Count)]);
        for (var changes = random.Next(1, 4); changes > 0 && chunks.Count > 0; changes--)
        {
            var at = random.Next(chunks.Count);
            switch (random.Next(8))
            {
                case 0: chunks.RemoveAt(at); break;
                case 1: chunks.Insert(random.Next(chunks.Count), chunks[at]); break;
                case 2: chunks[at] = (chunks[random.Next(chunks.Count)].Type, chunks[at].Data); break;
                case 3 when chunks[at].Type == "IDAT": chunks[at] = ("IDAT", Rows(chunks[at].Data, random)); break;
                default: chunks[at] = (chunks[at].Type, ByteDamage.Apply(chunks[at].Data, random)); break;
            }
        }
        return PngChunks.Write(chunks);
    }

    /// <summary>Damages the rows behind the compression.</summary>
    private static byte[] Rows(byte[] packed, Random random)
    {
        try
        {
            return PngChunks.Deflate(ByteDamage.Apply(PngChunks.Inflate(packed), random));
        }
        catch (InvalidDataException)
        {
            return packed; // an earlier change damaged it
        }
    }
}
