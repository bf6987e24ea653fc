using System.Globalization;
using MlNetVision.Files;

namespace MlNetVision.Detection;

/// <summary>Reads anchors as YAD2K and Keras ports keep them in <c>anchors.txt</c>: <c>0.57273,0.677385, 1.87446,2.06253, …</c>.</summary>
public static class YoloAnchorsFile
{
    /// <summary>The most anchors in a file; published networks have up to 12.</summary>
    public const int MaxAnchors = 1000;

    private const string Expected = "widths and heights of anchors, such as 0.57,0.67, 1.87,2.06";

    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    /// <summary>Reads a file of anchors: width, height, width, height, …, separated by commas, blanks or line ends.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The anchors in the file's order; their unit is not in the file: cells for YOLO v2, pixels for YOLO v3.</returns>
    /// <exception cref="BadModelException">
    /// The file cannot be read or is not text; a value is not a number above 0; or the values are not pairs.
    /// </exception>
    public static IReadOnlyList<AnchorSize> Read(string path) => Parse(SmallTextFile.Read(path, Expected), path);

    /// <summary>Reads anchors from text.</summary>
    /// <param name="text">Width, height, width, height, …</param>
    /// <param name="source">The text's name in messages: its file.</param>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<AnchorSize> Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var values = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (values.Length == 0) throw new BadModelException($"'{source}' is empty. Expected: {Expected}.");
        if (values.Length % 2 != 0) throw new BadModelException($"'{source}' has {values.Length} values, which is odd. Expected: {Expected}.");
        if (values.Length > 2 * MaxAnchors)
            throw new BadModelException($"'{source}' has {values.Length / 2} anchors, more than {MaxAnchors}. Expected: {Expected}.");
        var anchors = new AnchorSize[values.Length / 2];
        for (var i = 0; i < anchors.Length; i++) anchors[i] = new(Size(values, 2 * i, source), Size(values, 2 * i + 1, source));
        return anchors;
    }

    private static float Size(string[] values, int index, string source)
    {
        var text = values[index];
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && float.IsFinite(value)) return value;
        var shown = text.Length > 40 ? text[..40] + "…" : text;
        throw new BadModelException($"'{source}', value {index + 1} is '{shown}', not a number above 0. Expected: {Expected}.");
    }
}

/// <summary>
/// Anchors of published networks, in grid cells, for ONNX exports that do not carry them.
/// Source: the <c>anchors=</c> lines of Darknet's own <c>cfg/yolov2.cfg</c>, <c>yolov2-voc.cfg</c> and <c>yolov2-tiny-voc.cfg</c>.
/// </summary>
public static class PublishedAnchors
{
    /// <summary>YOLO v2 and Tiny YOLO v2 on COCO, 80 classes (<c>yolov2.cfg</c>, <c>yolov2-tiny.cfg</c>; ONNX model zoo: yolov2-coco).</summary>
    public static IReadOnlyList<AnchorSize> YoloV2Coco { get; } =
        [new(0.57273f, 0.677385f), new(1.87446f, 2.06253f), new(3.33843f, 5.47434f), new(7.88282f, 3.52778f), new(9.77052f, 9.16828f)];

    /// <summary>YOLO v2 on Pascal VOC, 20 classes (<c>yolov2-voc.cfg</c>).</summary>
    public static IReadOnlyList<AnchorSize> YoloV2Voc { get; } =
        [new(1.3221f, 1.73145f), new(3.19275f, 4.00944f), new(5.05587f, 8.09892f), new(9.47112f, 4.84053f), new(11.2364f, 10.0071f)];

    /// <summary>Tiny YOLO v2 on Pascal VOC, 20 classes (<c>yolov2-tiny-voc.cfg</c>; ONNX model zoo: tinyyolov2).</summary>
    public static IReadOnlyList<AnchorSize> TinyYoloV2Voc { get; } =
        [new(1.08f, 1.19f), new(3.42f, 4.41f), new(6.63f, 11.38f), new(9.42f, 5.11f), new(16.62f, 10.52f)];
}
