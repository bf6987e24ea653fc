using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>The heads of a Darknet network as their loss takes them.</summary>
internal static class DetectorHeads
{
    private static readonly YoloBoxLoss[] BoxLosses = Enum.GetValues<YoloBoxLoss>();

    public static IReadOnlyList<YoloLossHead> Of(DarknetTrainingNetwork network)
    {
        var shapes = network.Model.Outputs.ToDictionary(o => o.Name, o => o.Shape, StringComparer.Ordinal);
        var input = network.Model.Inputs[0].Shape;
        return [.. network.Heads.Select(h => h.Kind == "region" ? Region(h, shapes[h.Output]) : (YoloLossHead)Yolo(h, input))];
    }

    /// <summary>The images that Darknet pulls towards the anchors of a <c>[region]</c> at first.</summary>
    public const long PriorImages = 12_800;

    /// <summary>A <c>[region]</c> has its anchors in cells.</summary>
    private static RegionLossHead Region(ImportedOutput head, IReadOnlyList<long?> grid) => new()
    {
        Grid = head.Output,
        Anchors = Fractions(head.Numbers("anchors"), grid[3]!.Value, grid[2]!.Value),
        Classes = (int)head.Number("classes", 0),
        Softmax = head.Number("softmax", 0) != 0,
        BiasMatch = head.Number("bias_match", 0) != 0,
        Rescore = head.Number("rescore", 0) != 0,
        Threshold = (float)head.Number("thresh", 0.5),
        ObjectScale = (float)head.Number("object_scale", 1),
        NoObjectScale = (float)head.Number("noobject_scale", 1),
        CoordScale = (float)head.Number("coord_scale", 1),
        ClassScale = (float)head.Number("class_scale", 1),
    };

    /// <summary>A <c>[yolo]</c> has the anchors of all heads, in pixels of the input.</summary>
    private static YoloV3LossHead Yolo(ImportedOutput head, IReadOnlyList<long?> input)
    {
        var all = Fractions(head.Numbers("anchors"), input[3]!.Value, input[2]!.Value);
        int[] mask = head.Numbers("mask") is { Count: > 0 } given ? [.. given.Select(m => (int)m)] : [.. Enumerable.Range(0, all.Length)];
        return new YoloV3LossHead
        {
            Grid = head.Output,
            Anchors = [.. mask.Select(m => all[m])],
            AllAnchors = all,
            Mask = mask,
            Classes = (int)head.Number("classes", 0),
            IgnoreThreshold = (float)head.Number("ignore_thresh", 0.5),
            TruthThreshold = (float)head.Number("truth_thresh", 1),
            AnchorThreshold = (float)head.Number("iou_thresh", 1),
            ScaleXY = (float)head.Number("scale_x_y", 1),
            BoxLoss = BoxLosses[(int)head.Number("iou_loss", 0)],
            BoxScale = (float)head.Number("iou_normalizer", 1),
            ObjectScale = (float)head.Number("obj_normalizer", 1),
            ClassScale = (float)head.Number("cls_normalizer", 1),
        };
    }

    private static (float Width, float Height)[] Fractions(IReadOnlyList<double> anchors, long width, long height) =>
        [.. anchors.Chunk(2).Select(a => ((float)(a[0] / width), (float)(a[1] / height)))];
}
