namespace MlNetVision.Data;

/// <summary>
/// Images with annotated boxes: Pascal VOC XML, COCO JSON, YOLO text or LabelMe JSON.
/// </summary>
/// <remarks>
/// Rules for flawed data sets. What is corrected is listed in <see cref="Warnings"/>:
/// <list type="bullet">
/// <item>A box beyond the image's edge is clipped (without a warning up to one pixel: rounding).</item>
/// <item>Swapped corners, negative widths and heights are corrected.</item>
/// <item>A box without area, or wholly outside the image, is skipped: no detection could match it.</item>
/// <item>
/// Boxes are those of the upright image (EXIF orientation honoured). Where the annotations state the size of the image as it is stored, they
/// are turned with it. Where they state a size that is neither, the upright image's holds.
/// </item>
/// <item>
/// An image listed twice counts once; a repeated line of YOLO text counts once; repeated annotation ids of COCO are all kept, because nothing
/// refers to them. Categories of one name are one class.
/// </item>
/// <item>Rotated boxes and polygons count as the smallest upright box around them.</item>
/// </list>
/// What cannot be used is left out and listed in <see cref="LeftOut"/>, with its reason: an image whose labels cannot be read (half of them would
/// make metrics wrong; so would an object of COCO without a box), an image whose labels differ in two places, labels without an image, a file that is
/// not an image, an annotation of COCO that belongs to no image or category, a category without id or name, an unreadable folder. If nothing is left,
/// or with <see cref="DetectionDataSetOptions.Strict"/>, that is an error.
/// Errors (<see cref="BadDataSetException"/>, with file and line): a data set of no or of several formats, an unreadable or oversized list or
/// JSON file, class names that are missing or repeated.
/// </remarks>
public sealed partial class DetectionDataSet
{
    internal DetectionDataSet(
        string source, DetectionDataSetFormat format, IReadOnlyList<string> classNames, IReadOnlyList<AnnotatedImage> images,
        DataSetReport report)
    {
        if (images.Count == 0)
        {
            var first = report.LeftOut is [var item, ..] ? $" {item.Reason}" : report.Warnings is [var warning, ..] ? $" ({warning})" : "";
            throw new BadDataSetException($"{source}: no annotated image was found.{first}");
        }
        (Source, Format, ClassNames, Images, Warnings, LeftOut) = (source, format, classNames, images, report.Warnings, report.LeftOut);
        (SkippedBoxes, FirstSkippedBox) = (report.SkippedBoxes, report.FirstSkippedBox);
    }

    /// <summary>The file or folder that the annotations were read from, or what <see cref="Create"/> was given.</summary>
    public string Source { get; }

    /// <summary>The format, recognised or given.</summary>
    public DetectionDataSetFormat Format { get; }

    /// <summary>The classes, in the order of the data set's own indices or ids.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images, at least one: in the order of the split or list, by file name, or by COCO's image id.</summary>
    public IReadOnlyList<AnnotatedImage> Images { get; }

    /// <summary>
    /// What was corrected or chosen; see the remarks. About 100 lines at most, the last of which states how many more there are.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What the data set names and could not be used, each with its reason; <see cref="Data.LeftOut.Summarize"/> makes one line of it.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>The number of boxes that were skipped, as they have no area within their images; <see cref="Warnings"/> names them.</summary>
    public int SkippedBoxes { get; }

    /// <summary>The warning for the first of them; null where none was skipped.</summary>
    public string? FirstSkippedBox { get; }

    /// <summary>Reads the annotations of a data set, and the headers of its images.</summary>
    /// <param name="path">
    /// A folder, a COCO or LabelMe <c>.json</c> file, a YOLO <c>data.yaml</c>, a Darknet <c>.data</c> file, or a list (<c>.txt</c>) of images with YOLO labels.
    /// </param>
    /// <param name="options">Format, split and class names; null: recognised.</param>
    /// <exception cref="BadDataSetException">
    /// No format, or more than one, was recognised, the annotations do not follow the format so far that nothing is left, or nothing may be left out.
    /// </exception>
    /// <exception cref="ArgumentException">The options are invalid: an unknown format, or class names that are empty or repeated.</exception>
    public static DetectionDataSet Open(string path, DetectionDataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        if (options.ClassNames is { } names) Data.ClassNames.CheckGiven(names, nameof(options.ClassNames));
        try
        {
            if (DataSetLayout.SplitFolder(path, options) is { } folder) (path, options) = (folder, options with { Split = null });
            var report = new DataSetReport(options.Strict);
            return (options.Format ?? DataSetLayout.Recognise(path)) switch
            {
                DetectionDataSetFormat.PascalVoc => PascalVocReader.Read(path, options, report),
                DetectionDataSetFormat.Coco => CocoReader.Read(path, options, report),
                DetectionDataSetFormat.Yolo => YoloReader.Read(path, options, report),
                DetectionDataSetFormat.LabelMe => LabelMeReader.Read(path, options, report),
                var other => throw new ArgumentException($"The format {other} is none that a file has.", nameof(options)),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{path}: the data set cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>The format of a data set's boxes.</summary>
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

    /// <summary>
    /// LabelMe: one JSON file per image with <c>shapes</c>, beside the image. Rectangles, polygons and circles count as their boxes, in pixels
    /// from edge to edge.
    /// </summary>
    LabelMe,

    /// <summary>No file: images and boxes that an app has in memory (<see cref="DetectionDataSet.Create"/>). Boxes are in pixels from edge to edge.</summary>
    InMemory,
}

/// <summary>The options of <see cref="DetectionDataSet.Open"/>.</summary>
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

    /// <summary>The folder of the images. Null (default): the one of the format.</summary>
    public string? Images { get; init; }

    /// <summary>
    /// The names of the classes in the order of their indices: needed for YOLO text without a file of names. With the other formats,
    /// a class of the annotations that is not among them is an error. <see langword="null"/> (default): as the data set has them;
    /// for Pascal VOC the names found, in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>
    /// Whether the outlines of objects are kept (<see cref="GroundTruthBox.Shape"/>): COCO's segmentations, polygons of YOLO text, turned boxes of Pascal VOC.
    /// Default false: boxes alone take less memory.
    /// </summary>
    public bool Shapes { get; init; }

    /// <summary>Whether anything that would be left out (<see cref="DetectionDataSet.LeftOut"/>) is an error instead. Default false.</summary>
    public bool Strict { get; init; }
}

/// <summary>One image of a data set with its ground truth.</summary>
/// <param name="Id">The unique id: the file's stem (Pascal VOC), the image id (COCO), or the image's path (YOLO).</param>
/// <param name="Path">The image's file; it existed when the data set was opened.</param>
/// <param name="Width">Width of the upright image in pixels, from its header.</param>
/// <param name="Height">Height, likewise.</param>
/// <param name="Boxes">The annotated objects, in the order of the annotations; empty for an image of background.</param>
public sealed record AnnotatedImage(string Id, string Path, int Width, int Height, IReadOnlyList<GroundTruthBox> Boxes);

/// <summary>One annotated object.</summary>
/// <param name="Label">The name of its class.</param>
/// <param name="Box">Its box in pixels of the upright image; edges, not pixel centres: a box over the whole image is (0, 0, width, height).</param>
/// <param name="Difficult">Pascal VOC's <c>difficult</c>: a detection of it is neither a true nor a false positive.</param>
/// <param name="Crowd">
/// COCO's <c>iscrowd</c>: a region of many objects. Detections in it are neither true nor false positives, and their overlap with it
/// is measured against the detection's own area.
/// </param>
public readonly record struct GroundTruthBox(string Label, BoundingBox Box, bool Difficult = false, bool Crowd = false)
{
    /// <summary>
    /// The object's area in square pixels as COCO's <c>area</c> states it, that of its segmentation; <see langword="null"/> (default): not stated.
    /// It decides whether the object is small, medium or large.
    /// </summary>
    public double? Area { get; init; }

    /// <summary>
    /// The object's outline; <see langword="null"/> (default): the data set has none, or <see cref="DetectionDataSetOptions.Shapes"/> does not ask for it.
    /// </summary>
    public ObjectShape? Shape { get; init; }

    /// <summary>Whether the object is ignored in evaluation (<see cref="Difficult"/> or <see cref="Crowd"/>).</summary>
    public bool Ignored => Difficult || Crowd;
}
