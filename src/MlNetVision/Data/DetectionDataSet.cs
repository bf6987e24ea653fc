namespace MlNetVision.Data;

/// <summary>
/// Images with the boxes that people have drawn: Pascal VOC XML, COCO JSON or YOLO text.
/// </summary>
/// <remarks>
/// Rules for what data sets get wrong. Each use of one is told in <see cref="Warnings"/>:
/// <list type="bullet">
/// <item>A box that reaches over the image's edge is clipped (silently where by a pixel or less: rounding).</item>
/// <item>Swapped corners, negative widths and heights are put right.</item>
/// <item>A box without area, or wholly outside the image, is left out: no detection could match it.</item>
/// <item>
/// Where the annotations state another size than the upright image has (EXIF orientation honoured), the image is right: boxes are taken
/// as its pixels.
/// </item>
/// <item>An image that does not exist, or is none, is left out with its annotations; if none exists, that is an error.</item>
/// <item>
/// An image listed twice counts once; a repeated line of YOLO text counts once; repeated annotation ids of COCO are all kept, as nothing
/// refers to them.
/// </item>
/// <item>A folder below that of the images that cannot be read is passed over.</item>
/// </list>
/// Errors (<see cref="BadDataSetException"/>, with file and line): unreadable or oversized files, numbers that are not numbers,
/// classes that do not exist, repeated image or category ids, annotations of unknown images, a split without its XML file.
/// </remarks>
public sealed class DetectionDataSet
{
    internal DetectionDataSet(
        string source, DetectionDataSetFormat format, IReadOnlyList<string> classNames, IReadOnlyList<AnnotatedImage> images,
        DataSetWarnings warnings)
    {
        if (images.Count == 0)
        {
            var first = warnings.ToList() is [var warning, ..] ? $" ({warning})" : "";
            throw new BadDataSetException($"{source}: no annotated image was found.{first}");
        }
        (Source, Format, ClassNames, Images, Warnings) = (source, format, classNames, images, warnings.ToList());
    }

    /// <summary>The file or folder that the annotations were read from.</summary>
    public string Source { get; }

    /// <summary>The format that was recognised or asked for.</summary>
    public DetectionDataSetFormat Format { get; }

    /// <summary>The classes, in the order of the data set's own indices or ids.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images, at least one: in the order of the split or list, by file name, or by COCO's image id.</summary>
    public IReadOnlyList<AnnotatedImage> Images { get; }

    /// <summary>What was put right or left out; see the remarks. At most a hundred lines, the last of which says how many more there are.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads the annotations of a data set; of the images only the headers.</summary>
    /// <param name="path">
    /// A folder, a COCO <c>.json</c> file, a YOLO <c>data.yaml</c>, a Darknet <c>.data</c> file, or a list (<c>.txt</c>) of images with YOLO labels.
    /// </param>
    /// <param name="options">Format, split and class names where they are not to be recognised.</param>
    /// <exception cref="BadDataSetException">
    /// Nothing, or more than one thing, was recognised, or the annotations are not as the format has them.
    /// </exception>
    public static DetectionDataSet Open(string path, DetectionDataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        try
        {
            if (DataSetLayout.SplitFolder(path, options) is { } folder) (path, options) = (folder, options with { Split = null });
            return (options.Format ?? DataSetLayout.Recognise(path)) switch
            {
                DetectionDataSetFormat.PascalVoc => PascalVocReader.Read(path, options),
                DetectionDataSetFormat.Coco => CocoReader.Read(path, options),
                DetectionDataSetFormat.Yolo => YoloReader.Read(path, options),
                var other => throw new ArgumentException($"The format {other} is unknown.", nameof(options)),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{path}: the data set cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>How the boxes of a data set are written down.</summary>
public enum DetectionDataSetFormat
{
    /// <summary>
    /// Pascal VOC: one XML file per image, in <c>Annotations/</c> with the images in <c>JPEGImages/</c> and splits in
    /// <c>ImageSets/Main/SPLIT.txt</c>, or beside the images. Coordinates are pixels counted from 1, both ends inside the box.
    /// </summary>
    PascalVoc,

    /// <summary>
    /// COCO: one JSON file with <c>images</c>, <c>annotations</c> and <c>categories</c>; boxes are left, top, width, height in pixels.
    /// </summary>
    Coco,

    /// <summary>
    /// YOLO (Darknet, Ultralytics): one text file per image with lines <c>class centre-x centre-y width height</c> as fractions
    /// of the image, classes counted from 0.
    /// </summary>
    Yolo,
}

/// <summary>How <see cref="DetectionDataSet.Open"/> reads a data set; everything has a default.</summary>
public sealed record DetectionDataSetOptions
{
    /// <summary>The format, or <see langword="null"/> (default) to recognise it by the files that are there.</summary>
    public DetectionDataSetFormat? Format { get; init; }

    /// <summary>
    /// The part to read: <c>ImageSets/Main/SPLIT.txt</c> (Pascal VOC), <c>annotations/*SPLIT*.json</c> (COCO),
    /// the key of <c>data.yaml</c> or the folder <c>images/SPLIT</c> (YOLO), or else a subfolder of that name that is a data set itself.
    /// <see langword="null"/> (default): all annotations (Pascal VOC), the only file (COCO), <c>val</c> of a <c>data.yaml</c>, all images.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>The folder of the images, where it is not the one that the format expects.</summary>
    public string? Images { get; init; }

    /// <summary>
    /// The names of the classes in the order of their indices: needed for YOLO text without a file of names. With the other formats,
    /// a class of the annotations that is not among them is an error. <see langword="null"/> (default): as the data set has them;
    /// for Pascal VOC the names found, in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }
}
