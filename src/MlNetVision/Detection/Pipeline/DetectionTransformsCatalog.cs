using Microsoft.ML;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>Object detection as an ML.NET pipeline.</summary>
public static class DetectionTransformsCatalog
{
    /// <summary>
    /// Finds objects in the images that a text column names: load (upright), resize, extract pixels, apply the network, parse its grids.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.cfg</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>; read it with <see cref="DetectionListTypeAttribute"/>.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says. <see cref="ObjectDetectorOptions.Threads"/> is not used: ML.NET decides.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c> and loaded with <c>mlContext.Model.Load</c> by any app that has this library.</returns>
    /// <exception cref="BadModelException">There is no such model, or it is no YOLO network.</exception>
    public static IEstimator<ITransformer> DetectObjects(
        this TransformsCatalog transforms, string model, string outputColumnName = "Detections", string imagePathColumnName = "ImagePath", ObjectDetectorOptions? options = null) =>
        DetectObjects(transforms, Open(model, options), outputColumnName, imagePathColumnName, images: false, options);

    /// <summary>The same on a network in memory.</summary>
    /// <inheritdoc cref="DetectObjects(TransformsCatalog, string, string, string, ObjectDetectorOptions?)"/>
    public static IEstimator<ITransformer> DetectObjects(
        this TransformsCatalog transforms, OnnxModel model, string outputColumnName = "Detections", string imagePathColumnName = "ImagePath", ObjectDetectorOptions? options = null) =>
        DetectObjects(transforms, model, outputColumnName, imagePathColumnName, images: false, options);

    /// <summary>Finds objects in a column of images (<c>MLImage</c>), which are neither changed nor disposed.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.cfg</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says.</param>
    public static IEstimator<ITransformer> DetectObjectsInImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Detections", string imageColumnName = "Image", ObjectDetectorOptions? options = null) =>
        DetectObjects(transforms, Open(model, options), outputColumnName, imageColumnName, images: true, options);

    private static IEstimator<ITransformer> DetectObjects(
        TransformsCatalog transforms, OnnxModel model, string outputColumnName, string inputColumnName, bool images, ObjectDetectorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        return DetectObjects(transforms, DetectionNetwork.Of(model, options ?? new ObjectDetectorOptions()), outputColumnName, inputColumnName, images);
    }

    /// <summary>
    /// Parses the raw grids of a YOLO network: the last part of a chain put together by hand, after <c>ResizeUprightImages</c>,
    /// <c>ExtractPixels</c> and <c>ApplyOnnxModel</c>.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The network, which says what its grids mean; see <see cref="VisionMetadata.SetYoloHeads"/>.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>.</param>
    /// <param name="geometryColumnName">The column that <c>ResizeUprightImages</c> gives.</param>
    /// <param name="gridColumnNames">The columns of the grids (vectors of float, C×H×W), in the order of the model's heads. Null: named as the model's outputs.</param>
    /// <param name="options">What becomes a detection; its other members are not used. Null: the defaults.</param>
    /// <exception cref="BadModelException">The model does not say what its grids mean.</exception>
    public static IEstimator<ITransformer> ParseYoloGrids(
        this TransformsCatalog transforms, OnnxModel model, string outputColumnName, string geometryColumnName,
        IReadOnlyList<string>? gridColumnNames = null, ObjectDetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        var settings = DetectionNetwork.Of(model, options ?? new ObjectDetectorOptions()).Settings;
        string[] grids = [.. gridColumnNames ?? [.. settings.Heads.Select(h => h.Output)]];
        if (grids.Length != settings.Heads.Count)
            throw new ArgumentException($"{grids.Length} grid columns are given; expected {settings.Heads.Count}, one for each head of {model.Name}.", nameof(gridColumnNames));
        return Parse(transforms.Concatenate(PipelineColumns.Outputs, grids), transforms, settings, outputColumnName, geometryColumnName);
    }

    internal static IEstimator<ITransformer> DetectObjects(
        TransformsCatalog transforms, DetectionNetwork network, string outputColumnName, string inputColumnName, bool images) =>
        ChainParts.Whole(transforms, inputColumnName, images, network.Prepare(), network.Settings,
            (chain, geometry) => Parse(chain, transforms, network.Settings, outputColumnName, geometry));

    private static IEstimator<ITransformer> Parse(
        IEstimator<ITransformer> chain, TransformsCatalog transforms, DetectionSettings settings, string outputColumnName, string geometryColumnName) =>
        ChainParts.Parse(chain, transforms, settings,
            transforms.CustomMapping<RawOutputRow, ParseYoloMapping.Output>(ParseYoloMapping.Map, ParseYoloMapping.Contract),
            geometryColumnName, (PipelineColumns.Detections, outputColumnName));

    private static OnnxModel Open(string model, ObjectDetectorOptions? options) =>
        ModelLocator.Open(model, new OpenOptions { WeightsFile = options?.WeightsFile, LabelsFile = options?.LabelsFile });
}
