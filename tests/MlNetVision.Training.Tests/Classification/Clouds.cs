namespace MlNetVision.Training.Tests.Classification;

/// <summary>Rows around three points, which a head can learn to tell apart.</summary>
internal static class Clouds
{
    public static LabeledFeatures Rows(int count, int seed, int columns = 10)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(i => i % 3).ToArray();
        return new LabeledFeatures([.. labels.Select(label => (ReadOnlyMemory<float>)Enumerable.Range(0, columns)
            .Select(c => (c % 3 == label ? 1.5f : 0) + random.NextSingle()).ToArray())], labels);
    }
}
