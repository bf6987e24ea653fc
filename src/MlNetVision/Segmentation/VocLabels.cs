namespace MlNetVision.Segmentation;

/// <summary>The 21 classes of Pascal VOC's segmentation in the order of its palette. http://host.robots.ox.ac.uk/pascal/VOC/voc2012/</summary>
internal static class VocLabels
{
    public static IReadOnlyList<string> All { get; } =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
        "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];
}
