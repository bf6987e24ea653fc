using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Data;

/// <summary>A folder of small images that goes when it is disposed.</summary>
internal sealed class ImageFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path("");

    public string Path(string name) => _folder.Path(name);

    /// <summary>Writes images, each of its own content, and gives their paths.</summary>
    public string[] Add(params string[] names) => [.. names.Select((name, i) => Add(name, seed: HashCode(name)))];

    /// <summary>Writes an image; those of one seed are equal.</summary>
    public string Add(string name, int seed)
    {
        using var image = TestImages.Noise(4, 3, seed);
        image.Save(Path(name));
        return Path(name);
    }

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public void Dispose() => _folder.Dispose();

    private static int HashCode(string name) => name.Aggregate(17, (hash, letter) => unchecked(hash * 31 + letter));
}
