using Microsoft.ML;
using MlNetVision.Detection.Standalone;
using MlNetVision.Pipelines;
using MlNetVision.Pipelines.Standalone;

namespace MlNetVision.Detection;

public sealed partial class ObjectDetector
{
    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the column
    /// <c>Detections</c>. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, ObjectDetectorOptions?)"/>.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path) => ChainFile.Save(path, DetectObjects);

    /// <summary>
    /// Saves the chain, with these options, as an ML.NET model that needs nothing of this library: decoding and non-maximum
    /// suppression stand in the ONNX network, and all transforms are ML.NET's own. <c>mlContext.Model.Load</c> reads it in any
    /// app that has Microsoft.ML, ImageAnalytics, OnnxTransformer and OnnxRuntime; so does <see cref="Load(string, ObjectDetectorOptions?)"/>,
    /// which then resizes and answers as this detector does.
    /// </summary>
    /// <remarks>
    /// From the text column <c>ImagePath</c> it makes vectors of any length, best score first: <c>Boxes</c> (float, four an object:
    /// left, top, right, bottom), <c>Scores</c> (float), <c>ClassIndices</c> (int) and <c>Labels</c> (text). Boxes are in the
    /// network's coordinates, 0 to 1 across its input, not in the image's. The mode of <see cref="Resize"/> holds,
    /// but the resize is ML.NET's: nearest pixel where it stretches, black beside a letterboxed image, EXIF orientation
    /// ignored; so scores differ a little from those of <see cref="SaveZip"/>. All candidates are compared, however many
    /// (<see cref="NonMaxSuppression.MaxCandidates"/> does not hold): a confidence near 0 takes long on large networks.
    /// The entry <c>mlnetvision/card.md</c> in the <c>.zip</c> tells the columns, the options, and how to map boxes back.
    /// </remarks>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    /// <exception cref="ArgumentException">The detector's non-maximum suppression is soft, which ONNX does not have.</exception>
    /// <exception cref="BadModelException">The network is written in an ONNX operator set before 11 that cannot be raised.</exception>
    public void SaveStandaloneZip(string path) =>
        ChainFile.Save(path, context => StandaloneDetectorChain.Create(context.Transforms, _network), stream => StandaloneParts.AddCard(stream, StandaloneDetectorCard.Text(_network.Settings)));

    private IEstimator<ITransformer> DetectObjects(MLContext context) =>
        DetectionTransformsCatalog.DetectObjects(context.Transforms, _network, "Detections", ChainFile.ImagePath, images: false);
}
