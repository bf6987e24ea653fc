using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Reads a folder that has one folder per class.</summary>
internal static class ClassFolders
{
    private const string Expected = "expected a folder that holds a folder of images for each class";

    public static NamedImages Read(string path, DataSetReport report)
    {
        if (!Directory.Exists(path))
            throw new BadDataSetException($"{path}: there is no such folder; {Expected}, or a CSV list of images.");
        try
        {
            return Find(path, report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{path}: the data set cannot be read: {e.Message}", e);
        }
    }

    private static NamedImages Find(string path, DataSetReport report)
    {
        var folders = Directory.EnumerateDirectories(path, "*", new EnumerationOptions())
            .Where(folder => !ImageWalk.IsLeftOut(Path.GetFileName(folder))).Order(StringComparer.Ordinal).ToList();
        var loose = ImageWalk.In(path);
        if (folders.Count == 0)
            throw new BadDataSetException($"{path}: there are no class folders{(loose.Count > 0 ? $", but {loose.Count} images" : "")}; {Expected}.");
        if (loose.Count > 0)
            report.Warn($"{path}: images beside the class folders are skipped: {loose.Count}, such as {Path.GetFileName(loose[0])}");
        var names = folders.ConvertAll(folder => Path.GetFileName(folder));
        var others = new UnreadFormats();
        var images = folders.Zip(names).SelectMany(c => ImagesOf(c.First, others, report).Select(file => (file, c.Second))).ToList();
        report.LeaveOut(others);
        CheckDistinct(path, images);
        if (images.Count == 0)
        {
            var unread = others.ToString() is { } line ? $" {line}." : "";
            throw new BadDataSetException(
                $"{path}: there are no images in the class folders ({ClassNames.List(names)}); expected {string.Join(", ", ImageFiles.Extensions)}.{unread}");
        }
        return new(path, names, images, report);
    }

    private static IReadOnlyList<string> ImagesOf(string folder, UnreadFormats others, DataSetReport report) =>
        ImageWalk.In(folder, recursive: true, error => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error), others);

    /// <summary>Links may lead from one class to another; the walk of each class follows them.</summary>
    /// <exception cref="BadDataSetException">A folder is below two classes; the message names both ways to it.</exception>
    private static void CheckDistinct(string path, List<(string Path, string Label)> images)
    {
        var known = new Dictionary<string, (string Folder, string Label)>(StringComparer.Ordinal);
        foreach (var (folder, label) in images.Select(image => (Folder: Path.GetDirectoryName(image.Path)!, image.Label)).Distinct())
        {
            var real = RealPath.Of(folder);
            if (known.TryAdd(real, (folder, label)) || known[real].Label == label) continue;
            var (other, before) = known[real];
            throw new BadDataSetException(
                $"{path}: {other} and {folder} are the same folder, by a link, so that its images are of two classes, '{before}' and '{label}'; "
                + "expected each image in one class.");
        }
    }
}
