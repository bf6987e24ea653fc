namespace MlNetVision.Detection;

/// <summary>How the raw grid of a YOLO head is decoded.</summary>
public enum YoloHeadKind
{
    /// <summary>YOLO v2 (Darknet's <c>[region]</c>): softmax over the classes, anchors in grid cells. YOLO9000, arXiv:1612.08242, section 2.</summary>
    Region,

    /// <summary>YOLO v3 and v4 (Darknet's <c>[yolo]</c>): logistic classes, anchors in pixels of the network's input. arXiv:1804.02767, section 2.</summary>
    Yolo,
}
