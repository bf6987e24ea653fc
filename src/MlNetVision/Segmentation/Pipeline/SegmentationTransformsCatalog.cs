using Microsoft.ML;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Segmentation;

/// <summary>Segmentation as an ML.NET pipeline.</summary>
public static class SegmentationTransformsCatalog
{
    /// <summary>Segments the images that a text column names: load (upright), resize, extract pixels, apply the network, parse its answer.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of <see cref="SegmentationMask"/>; read it with <see cref="SegmentationMaskTypeAttribute"/>.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says. <see cref="SegmenterOptions.Threads"/> is not used: ML.NET decides.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c> and loaded by any app that has this library.</returns>
    /// <exception cref="BadModelException">There is no such model, or it is no segmentation network.</exception>
    public static IEstimator<ITransformer> SegmentImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Mask", string imagePathColumnName = "ImagePath", SegmenterOptions? options = null) =>
        SegmentImages(transforms, Open(model, options), outputColumnName, imagePathColumnName, options);

    /// <summary>The same with a network in memory.</summary>
    /// <inheritdoc cref="SegmentImages(TransformsCatalog, string, string, string, SegmenterOptions?)"/>
    public static IEstimator<ITransformer> SegmentImages(
        this TransformsCatalog transforms, OnnxModel model, string outputColumnName = "Mask", string imagePathColumnName = "ImagePath", SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SegmentImages(transforms, Network(model, options), outputColumnName, imagePathColumnName, images: false);
    }

    /// <summary>Segments a column of images (<c>MLImage</c>), which are neither changed nor disposed.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of <see cref="SegmentationMask"/>.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says.</param>
    public static IEstimator<ITransformer> SegmentLoadedImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Mask", string imageColumnName = "Image", SegmenterOptions? options = null) =>
        SegmentImages(transforms, Network(Open(model, options), options), outputColumnName, imageColumnName, images: true);

    internal static IEstimator<ITransformer> SegmentImages(
        TransformsCatalog transforms, SegmentationNetwork network, string outputColumnName, string inputColumnName, bool images)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return ChainParts.Whole(transforms, inputColumnName, images, network.Prepare(), network.Settings, (chain, geometry) =>
            ChainParts.Parse(chain, transforms, network.Settings,
                transforms.CustomMapping<RawOutputRow, ParseMaskMapping.Output>(ParseMaskMapping.Map, ParseMaskMapping.Contract),
                geometry, (PipelineColumns.Mask, outputColumnName)));
    }

    private static SegmentationNetwork Network(OnnxModel model, SegmenterOptions? options) => options is { Windows: true }
        ? throw new ArgumentException("A pipeline of ML.NET runs its network once for each row; segment in windows with Segmenter.")
        : SegmentationNetwork.Of(model, options ?? new SegmenterOptions());

    private static OnnxModel Open(string model, SegmenterOptions? options) =>
        ModelLocator.Open(model, new OpenOptions { LabelsFile = options?.LabelsFile });
}
