namespace MlNetVision.Data;

/// <summary>An area of one class, as polygons or runs of pixels.</summary>
/// <param name="Where">File and place, for messages.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Polygons">Rings of points, x and y in turn, in pixels from the image's top left corner; each is an area of its own.</param>
/// <param name="Runs">Pixels, as runs; null: none.</param>
internal sealed record MaskShape(string Where, string Label, IReadOnlyList<double[]> Polygons, CocoRuns? Runs = null)
{
    /// <summary>The most points of a polygon; a contour of every pixel of a large image has fewer.</summary>
    public const int MostPoints = 100_000;
}

/// <summary>The shapes of one image, in the order that they are drawn.</summary>
/// <param name="Stated">The image's size by the labels; null: they do not state it.</param>
/// <param name="Shapes">The shapes; a later one covers those before it.</param>
internal sealed record MaskShapes((int Width, int Height)? Stated, IReadOnlyList<MaskShape> Shapes);

/// <summary>The shapes that a file has for one image.</summary>
/// <param name="File">The file.</param>
/// <param name="Image">The image's file name by the labels; null: they do not state it.</param>
/// <param name="Shapes">The shapes; null: they cannot be used, which is said already.</param>
internal sealed record ShapesOfImage(string File, string? Image, MaskShapes? Shapes);

/// <summary>Reads areas from the files that labelling tools write: LabelMe's, one per image, or COCO's, one for all.</summary>
internal static class MaskShapeReader
{
    /// <summary>The shapes of all images of a folder of LabelMe files, by the files' paths below it, without extension.</summary>
    public static Dictionary<string, ShapesOfImage> LabelMe(string path, DataSetReport report)
    {
        var found = new Dictionary<string, ShapesOfImage>(StringComparer.Ordinal);
        var (folder, files) = Directory.Exists(path)
            ? (path, ImageWalk.Files(path, DataSetLayout.IsJson, recursive: true, error => report.LeaveOut(LeftOutKind.UnreadableFolder, path, error)))
            : (Path.GetDirectoryName(Path.GetFullPath(path))!, [path]);
        foreach (var json in files)
        {
            try
            {
                var file = LabelMeFile.Load(json);
                found[ImagesByName.RelativeStem(folder, json)] = new(json, file.ImagePath, new(file.Size, ShapesOf(json, file, report)));
            }
            catch (Exception e) when (DataSetReport.IsOfFile(e))
            {
                report.LeaveOut(LeftOutKind.UnreadableMask, json, e);
                found[ImagesByName.RelativeStem(folder, json)] = new(json, null, null);
            }
        }
        return found;
    }

    /// <summary>The shapes of a COCO file, by the images' file names without extension, with forward slashes.</summary>
    public static Dictionary<string, ShapesOfImage> Coco(string json, DataSetReport report)
    {
        var file = CocoFile.Load(json, polygons: true);
        var categories = new CocoCategories(json, file, report);
        var images = CocoImages.Of(json, file, report);
        var (shapes, incomplete) = (new Dictionary<CocoId, List<MaskShape>>(), new Dictionary<CocoId, string>());
        for (var i = 0; i < file.Annotations.Count; i++)
        {
            var where = FormattableString.Invariant($"{json}: annotations[{i}]");
            var annotation = file.Annotations[i];
            if (annotation?.ImageId is not { } image || !images.ContainsKey(image) || categories.NameOf(annotation.CategoryId) is not { } name || annotation.IsEmpty)
                report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where}: belongs to no image or to no category, or is empty.");
            else if (annotation.Area is not { } area || area is { Polygons.Count: 0, Runs: null } or { Hull: { AreFinite: false } })
                incomplete.TryAdd(image, $"{where}: has no segmentation of whole polygons or runs.");
            else
            {
                if (!shapes.TryGetValue(image, out var list)) shapes[image] = list = [];
                list.Add(new(where, name, area.Polygons, area.Runs));
            }
        }
        var found = new Dictionary<string, ShapesOfImage>(StringComparer.Ordinal);
        foreach (var (id, image) in images)
        {
            var isWhole = !incomplete.TryGetValue(id, out var reason);
            if (!isWhole) report.LeaveOut(LeftOutKind.UnreadableMask, image.FileName!, reason!);
            found[Path.ChangeExtension(image.FileName!, null).Replace('\\', '/')] =
                new(json, image.FileName, isWhole ? new(image.Size, shapes.GetValueOrDefault(id) ?? []) : null);
        }
        return found;
    }

    private static List<MaskShape> ShapesOf(string json, LabelMeFile file, DataSetReport report)
    {
        var shapes = new List<MaskShape>();
        for (var i = 0; i < file.Shapes!.Count; i++)
        {
            var where = FormattableString.Invariant($"{json}: shapes[{i}]");
            var shape = file.Shapes[i];
            if (string.IsNullOrWhiteSpace(shape?.Label)) throw new BadDataSetException($"{where} has no label.");
            if (shape.Outline is { Length: >= 6 and <= 2 * MaskShape.MostPoints } outline && Array.TrueForAll(outline, double.IsFinite))
                shapes.Add(new(where, shape.Label.Trim(), [outline]));
            else if (shape.Type is "mask") throw new BadDataSetException($"{where}: is a mask of pixels, which is not read; expected a polygon.");
            else report.LeaveOut(LeftOutKind.UnusableEntry, where, shape.WithoutArea(where));
        }
        return shapes;
    }
}
