namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// The options of <c>[region]</c> and <c>[yolo]</c> that act in training only, with the defaults of Darknet's <c>parser.c</c>. The original and AlexeyAB's
/// fork differ in <c>max</c>: 30 and 90, and 200; and in the weight of a <c>[yolo]</c>'s box, <c>iou_normalizer</c>: 1, and 0.75.
/// </summary>
internal static class HeadTraining
{
    private const int MostBoxesOfTheFork = 200;
    private const float NormalizerOfTheFork = .75f;

    /// <summary>The similarities of boxes; the number of each is its parameter's value. <c>mse</c>: squared errors of the coordinates.</summary>
    private static readonly string[] BoxLosses = ["mse", "iou", "giou", "diou", "ciou"];

    /// <summary>The parameters in a fixed order.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Read(DarknetNetwork network, DarknetSection section) =>
        section.Type == "region" ? Region(network, section) : Yolo(network, section);

    private static IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Region(DarknetNetwork network, DarknetSection section) =>
    [
        Flag(section, "bias_match"),
        Flag(section, "rescore"),
        Number(section, "thresh", .5f),
        Number(section, "object_scale", 1),
        Number(section, "noobject_scale", 1),
        Number(section, "class_scale", 1),
        Number(section, "coord_scale", 1),
        .. Common(network, section, 30),
    ];

    private static IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Yolo(DarknetNetwork network, DarknetSection section) =>
    [
        Number(section, "ignore_thresh", .5f),
        Number(section, "truth_thresh", 1),
        Choice(section, "iou_loss", "mse", BoxLosses),
        Number(section, "iou_normalizer", network.IsFork ? NormalizerOfTheFork : 1),
        Number(section, "cls_normalizer", 1),
        Number(section, "obj_normalizer", 1),
        Number(section, "delta_normalizer", 1),
        Number(section, "iou_thresh", 1),
        Choice(section, "iou_thresh_kind", "iou", BoxLosses),
        Number(section, "max_delta", float.MaxValue),
        Number(section, "label_smooth_eps", 0),
        Flag(section, "objectness_smooth"),
        HeadLayers.Parameter("counters_per_class", section.Floats("counters_per_class") ?? []),
        .. Common(network, section, 90),
    ];

    private static IEnumerable<KeyValuePair<string, IReadOnlyList<double>>> Common(DarknetNetwork network, DarknetSection section, int most) =>
    [
        Flag(section, "focal_loss"),
        HeadLayers.Parameter("max", section.Integer("max", network.IsFork ? MostBoxesOfTheFork : most, 1)),
        Number(section, "jitter", .2f),
        Number(section, "resize", 1),
        Number(section, "random", 0),
    ];

    private static KeyValuePair<string, IReadOnlyList<double>> Flag(DarknetSection section, string key) =>
        HeadLayers.Parameter(key, section.Flag(key) ? 1 : 0);

    private static KeyValuePair<string, IReadOnlyList<double>> Number(DarknetSection section, string key, float missing) =>
        HeadLayers.Parameter(key, section.Float(key, missing));

    private static KeyValuePair<string, IReadOnlyList<double>> Choice(DarknetSection section, string key, string missing, string[] choices)
    {
        var index = Array.IndexOf(choices, section.Text(key, missing));
        return index >= 0 ? HeadLayers.Parameter(key, index) : throw section.Bad($"{key}={section.Text(key, "")}; expected {string.Join(", ", choices)}");
    }
}
