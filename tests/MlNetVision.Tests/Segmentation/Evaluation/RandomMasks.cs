namespace MlNetVision.Tests.Segmentation.Evaluation;

/// <summary>Seeded masks: areas of one class, as masks have, or noise.</summary>
internal static class RandomMasks
{
    /// <summary>Indices below <paramref name="classes"/> or the ignored one, in runs of 1 to <paramref name="longest"/> pixels.</summary>
    public static byte[] Runs(Random random, int pixels, int classes, int longest, byte? ignore = null)
    {
        var mask = new byte[pixels];
        for (var i = 0; i < pixels;)
        {
            var index = ignore is { } other && random.Next(8) == 0 ? other : (byte)random.Next(classes);
            var end = Math.Min(pixels, i + random.Next(1, longest + 1));
            mask.AsSpan(i, end - i).Fill(index);
            i = end;
        }
        return mask;
    }
}
