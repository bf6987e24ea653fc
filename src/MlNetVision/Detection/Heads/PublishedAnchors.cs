namespace MlNetVision.Detection;

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
