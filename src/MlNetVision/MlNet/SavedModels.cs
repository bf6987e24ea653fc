using System.Diagnostics.CodeAnalysis;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.MlNet;

/// <summary>Saves models of the plain API as ML.NET models: whole chains with their options.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class SavedModels
{
    /// <summary>
    /// Saves a detector: from the text column <c>ImagePath</c> to the column <c>Detections</c>. <c>mlContext.Model.Load</c> reads it in any
    /// app that has this library, and so does <see cref="ObjectDetector.Load"/>.
    /// </summary>
    /// <param name="detector">The model.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveZip(this ObjectDetector detector, string path)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ChainFile.Save(path, context => DetectionTransformsCatalog.DetectObjects(
            context.Transforms, detector.Network with { IsForFile = true }, Columns("Detections")));
    }

    /// <summary>
    /// Saves a segmenter: from the text column <c>ImagePath</c> to the column <c>Mask</c>; see <see cref="SaveZip(ObjectDetector, string)"/>.
    /// </summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveZip(this Segmenter segmenter, string path)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        ChainFile.Save(path, context => SegmentationTransformsCatalog.SegmentImages(
            context.Transforms, segmenter.Network with { IsForFile = true }, Columns("Mask")));
    }

    /// <summary>
    /// Saves a classifier: from the text column <c>ImagePath</c> to the columns of <see cref="ClassificationTransformsCatalog"/>; see
    /// <see cref="SaveZip(ObjectDetector, string)"/>.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveZip(this ImageClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ChainFile.Save(path, context => ClassificationTransformsCatalog.ClassifyImages(
            context.Transforms, classifier.Network with { IsForFile = true }, Columns("PredictedLabel")));
    }

    /// <summary>
    /// Saves a featurizer: from the text column <c>ImagePath</c> to the column <c>Features</c>, a vector of floats; see
    /// <see cref="SaveZip(ObjectDetector, string)"/>.
    /// </summary>
    /// <param name="featurizer">The model.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveZip(this Featurizer featurizer, string path)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ChainFile.Save(path, context => FeatureTransformsCatalog.FeaturizeImages(
            context.Transforms, featurizer.Network with { IsForFile = true }, Columns("Features")));
    }

    /// <summary>
    /// Saves a stylizer: from the text column <c>ImagePath</c> to the column of images <c>Stylized</c>; see
    /// <see cref="SaveZip(ObjectDetector, string)"/>. In ML.NET, whose columns of pixels have one size, a network of free size resizes images
    /// to the <c>Size</c> of its options, else 720×720; loaded by <see cref="ImageStylizer.Load"/> it runs at each image's own size.
    /// </summary>
    /// <param name="stylizer">The model.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveZip(this ImageStylizer stylizer, string path)
    {
        ArgumentNullException.ThrowIfNull(stylizer);
        ChainFile.Save(path, context => StyleTransformsCatalog.StylizeImages(
            context.Transforms, stylizer.Network with { IsForFile = true }, Columns("Stylized")));
    }

    /// <summary>
    /// Saves a detector as an ML.NET model that does not need this library: decoding and non-maximum suppression are part of the ONNX
    /// network, and all transforms are ML.NET's own. <c>mlContext.Model.Load</c> reads it in any app that has Microsoft.ML, ImageAnalytics,
    /// OnnxTransformer and OnnxRuntime; so does <see cref="ObjectDetector.Load"/>, which then resizes as this detector does.
    /// </summary>
    /// <remarks>
    /// From the text column <c>ImagePath</c> it makes vectors of any length, best score first: <c>Boxes</c> (float, four per object:
    /// left, top, right, bottom), <c>Scores</c> (float), <c>ClassIndices</c> (int) and <c>Labels</c> (text). Boxes are in the
    /// network's coordinates, 0 to 1 across its input, not in the image's; masks and key points are left out. The resize mode is
    /// kept, but the resize is ML.NET's: nearest pixel where it stretches, black letterbox borders, EXIF orientation ignored; so scores differ a little from those of
    /// <see cref="SaveZip(ObjectDetector, string)"/>. All candidates are compared, however many
    /// (<see cref="NonMaxSuppression.MaxCandidates"/> does not hold): a confidence threshold near 0 is slow on large networks.
    /// The entry <c>mlnetvision/card.md</c> in the <c>.zip</c> documents the columns, the options, and how to map boxes back.
    /// </remarks>
    /// <param name="detector">The detector.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    /// <exception cref="ArgumentException">The detector's non-maximum suppression is soft, which ONNX does not have.</exception>
    /// <exception cref="BadModelException">
    /// The network is written in an ONNX operator set before 11 that cannot be upgraded, or its head's decoding is not written as ONNX nodes (rotated boxes,
    /// FastestDet, Yolo-FastestV2, NanoDet, YuNet, YOLOv8-face, YOLO v7 end-to-end).
    /// </exception>
    public static void SaveStandaloneZip(this ObjectDetector detector, string path)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ChainFile.Save(path, context => StandaloneDetectorChain.Create(context.Transforms, detector.Network),
            stream => StandaloneParts.AddCard(stream, StandaloneDetectorCard.Text(detector.Network.Settings)));
    }

    /// <summary>
    /// Saves a classifier as an ML.NET model that does not need this library: all transforms are ML.NET's own. <c>mlContext.Model.Load</c>
    /// reads it in any app that has Microsoft.ML, ImageAnalytics, OnnxTransformer and OnnxRuntime; so does
    /// <see cref="ImageClassifier.Load"/>, which then resizes as this classifier does.
    /// </summary>
    /// <remarks>
    /// From the text column <c>ImagePath</c> it makes <c>PredictedLabel</c> (text) and <c>Score</c> (a vector of float, one for each class by
    /// index). The resize mode is kept, but the resize is ML.NET's, which takes the nearest pixel where it stretches: so it goes
    /// to 4 times the network's size (less where that is beyond 1,024 pixels), and the network itself makes that smaller, antialiased. EXIF
    /// orientation is ignored. Scores differ a little from those of <see cref="SaveZip(ImageClassifier, string)"/>. The entry
    /// <c>mlnetvision/card.md</c> in the <c>.zip</c> documents the columns and classes.
    /// </remarks>
    /// <param name="classifier">The classifier.</param>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when complete.</param>
    public static void SaveStandaloneZip(this ImageClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        SaveStandaloneZip(classifier, path, StandaloneClassifier.TimesFor(classifier.Resize));
    }

    internal static void SaveStandaloneZip(ImageClassifier classifier, string path, int times) => ChainFile.Save(path,
        context => StandaloneClassifierChain.Create(context, classifier.Network, times),
        stream => StandaloneParts.AddCard(stream, StandaloneClassifierCard.Text(classifier.Network.Settings, times)));

    private static ChainColumns Columns(string output) => new(ChainFile.ImagePath, output, RowErrors.Column);
}
