using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>Object detection as an ML.NET pipeline.</summary>
public static class DetectionTransformsCatalog
{
    /// <summary>
    /// Finds objects in the pictures that a text column names: load (upright), resize, extract pixels, apply the network, parse its grids.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.cfg</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of <see cref="DetectionList"/>; read it with <see cref="DetectionListTypeAttribute"/>.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the pictures.</param>
    /// <param name="options">How the model and the pictures are read; null: as the model says. <see cref="ObjectDetectorOptions.Threads"/> is not used: ML.NET decides.</param>
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
    /// <param name="options">How the model and the pictures are read; null: as the model says.</param>
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

    internal static IEstimator<ITransformer> DetectObjects(
        TransformsCatalog transforms, DetectionNetwork network, string outputColumnName, string inputColumnName, bool images)
    {
        var prepared = network.Prepare();
        var input = NetworkInput.Of(prepared);
        return images ? new ImageColumnEstimator(inputColumnName, Build) : Build(null);

        IEstimator<ITransformer> Build(DataViewType? imageType) => VisionChain.Finish(transforms,
            VisionChain.ToOutputs(transforms, inputColumnName, imageType, prepared, input, network.Settings)
                .Append(transforms.CustomMapping<ParseYoloMapping.Input, ParseYoloMapping.Output>(ParseYoloMapping.Map, ParseYoloMapping.Contract)),
            ParseYoloMapping.Detections, outputColumnName);
    }

    private static OnnxModel Open(string model, ObjectDetectorOptions? options) =>
        ModelLocator.Open(model, new OpenOptions { WeightsFile = options?.WeightsFile, LabelsFile = options?.LabelsFile });
}
