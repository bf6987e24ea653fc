using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Finds the images of a data set and reads their sizes.</summary>
internal static class ImageFileIndex
{
    /// <summary>The images of one folder by stem; of several with one stem the first by <see cref="ImageFiles.Extensions"/>.</summary>
    public static Dictionary<string, string> ByStem(string folder)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in ImageFiles.In(folder).OrderBy(ImageFiles.Rank))
            images.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return images;
    }

    /// <summary>Whether an image of the same stem stands beside a text file.</summary>
    public static bool IsLabelOfImage(string label) => ImageFiles.Extensions.Any(extension => File.Exists(Path.ChangeExtension(label, extension)));

    /// <summary>A path as a data set writes it (either slash, perhaps relative), seen from a folder.</summary>
    public static string Resolve(string folder, string written) => Path.GetFullPath(Path.Combine(folder, written.Replace('\\', '/')));

    /// <summary>
    /// The size of the upright image, from its header alone; <see langword="null"/> (with a warning) where there is no such image.
    /// Warns where the annotations state another size.
    /// </summary>
    public static (int Width, int Height)? Size(string path, string where, (int Width, int Height)? stated, DataSetWarnings warnings)
    {
        using var codec = File.Exists(path) ? SKCodec.Create(path) : null;
        if (codec is null)
        {
            warnings.Add($"{where}: {path} {(File.Exists(path) ? "is no image that can be read" : "does not exist")}; it was left out");
            return null;
        }
        // Origins from LeftTop on lie on their side (EXIF orientations 5 to 8).
        var size = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
        if (stated is { } other && other != size)
            warnings.Add($"{where}: says {other.Width}×{other.Height}, but the upright image {path} has {size.Item1}×{size.Item2}; its boxes are taken as pixels of the latter");
        return size;
    }
}
