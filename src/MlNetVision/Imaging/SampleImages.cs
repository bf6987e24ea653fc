using MlNetVision.Files;

namespace MlNetVision.Imaging;

/// <summary>Images that come with the library, to try the bundled models on: drawings by this project, under its licence (MIT). They are PNG files.</summary>
/// <example><code>
/// var street = SampleImages.Save("street.png", Path.GetTempPath());
/// using var segmenter = Segmenter.Load("streets");
/// using var photo = RgbImage.Load(SampleImages.Read("street.png"), "street.png");
/// </code></example>
public static class SampleImages
{
    private const string Folder = "images/";

    /// <summary>
    /// The names: <c>blood-smear.png</c> (640×480) for <c>blood-cells</c>; <c>street.png</c> (960×720) for <c>streets</c>, and
    /// <c>street.mask.png</c>, the class of each of its pixels; <c>rose.png</c>, <c>sunflower.png</c> and <c>tulip.png</c> (480×480) for <c>flowers</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(SampleImages).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(n => n[Folder.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of an image's file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such image; the message names those there are.</exception>
    public static byte[] Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var stream = typeof(SampleImages).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new ArgumentException($"There is no sample image '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Writes an image's file into a folder, which is made where it is missing; a file of that name is kept where it is the same.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">There is no such image.</exception>
    /// <exception cref="IOException">It cannot be written, or the folder has another file of this name, which is not replaced.</exception>
    public static string Save(string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var bytes = Read(name);
        var path = Path.Combine(folder, name);
        if (!Path.Exists(path)) AtomicFile.Write(path, stream => stream.Write(bytes));
        else if (!IsOf(path, bytes)) throw new IOException($"{path}: is another file than the sample image, and is not replaced; give another folder.");
        return path;
    }

    private static bool IsOf(string path, byte[] bytes) => RegularFile.LengthOf(path) == bytes.Length && RegularFile.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);
}
