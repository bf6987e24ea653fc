namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>How the boxes of a data set are written down.</summary>
public enum DetectionDataSetFormat
{
    /// <summary>
    /// Pascal VOC: one XML file an image, in <c>Annotations/</c> with the images in <c>JPEGImages/</c> and splits in
    /// <c>ImageSets/Main/SPLIT.txt</c>, or beside the images. Coordinates are pixels counted from 1, both ends inside the box.
    /// </summary>
    PascalVoc,

    /// <summary>COCO: one JSON file with <c>images</c>, <c>annotations</c> and <c>categories</c>; boxes are left, top, width, height in pixels.</summary>
    Coco,

    /// <summary>
    /// YOLO (Darknet, Ultralytics): one text file an image with lines <c>class centre-x centre-y width height</c> as fractions
    /// of the image, classes counted from 0.
    /// </summary>
    Yolo,
}
