using MlNetVision.Imaging;

namespace MlNetVision.Training.Tests.Classification;

/// <summary>A folder of noisy images, of which one colour in turn is the strongest: classes that a tiny network can tell apart.</summary>
internal sealed class ColourFolders : IDisposable
{
    public static readonly string[] Names = ["blé, \"or\"", "green", "red"];

    /// <param name="each">Images a class.</param>
    /// <param name="seed">What the noise comes from.</param>
    public ColourFolders(int each, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < each * Names.Length; i++)
        {
            using var image = new RgbImage(20, 18);
            var pixels = image.Pixels;
            for (var p = 0; p < pixels.Length; p++) pixels[p] = p % 4 == 3 ? (byte)255 : (byte)(random.Next(150) + (p % 4 == 2 - (i % 3) ? 60 : 0));
            var folder = System.IO.Path.Combine(Path, Names[i % 3]);
            Directory.CreateDirectory(folder);
            image.Save(System.IO.Path.Combine(folder, FormattableString.Invariant($"{i:000}.png")));
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("mlnetvision-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
