namespace MlNetVision.Stress.Fuzzing;

/// <summary>Sound inputs that stand in the repository, a folder for each reader.</summary>
internal static class Corpus
{
    public static IReadOnlyList<byte[]> Of(string reader) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", reader)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
