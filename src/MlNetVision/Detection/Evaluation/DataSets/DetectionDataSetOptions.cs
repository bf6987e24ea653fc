namespace MlNetVision.Detection.Evaluation.DataSets;

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
