using Microsoft.ML;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Style;

/// <summary>Style transfer as an ML.NET pipeline: an image in, an image out.</summary>
public static class StyleTransformsCatalog
{
    /// <summary>
    /// Stylises the images that a text column names: load (upright), resize, extract pixels, apply the network, and make an
    /// image of its answer, brought back to the image's own size.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.t7</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size); read it with <see cref="AnySizeImageTypeAttribute"/>.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the images.</param>
    /// <param name="options">
    /// How the model and the images are read; null: as the model says. A network that takes any size runs at
    /// <see cref="ImageStylizerOptions.PipelineWidth"/> × <see cref="ImageStylizerOptions.PipelineHeight"/>, since ML.NET's
    /// columns of pixels have one size; <see cref="ImageStylizer"/> runs it at each image's own. <see cref="ImageStylizerOptions.Threads"/> is not used: ML.NET decides.
    /// </param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c> and loaded by any app that has this library.</returns>
    /// <exception cref="BadModelException">There is no such model, or it is no style network.</exception>
    public static IEstimator<ITransformer> StylizeImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Stylized", string imagePathColumnName = "ImagePath", ImageStylizerOptions? options = null) =>
        StylizeImages(transforms, ModelLocator.Open(model), outputColumnName, imagePathColumnName, options);

    /// <summary>The same with a network in memory.</summary>
    /// <inheritdoc cref="StylizeImages(TransformsCatalog, string, string, string, ImageStylizerOptions?)"/>
    public static IEstimator<ITransformer> StylizeImages(
        this TransformsCatalog transforms, OnnxModel model, string outputColumnName = "Stylized", string imagePathColumnName = "ImagePath", ImageStylizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return StylizeImages(transforms, Network(model, options), outputColumnName, imagePathColumnName, images: false);
    }

    /// <summary>Stylises a column of images (<c>MLImage</c>), which are neither changed nor disposed.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.t7</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of images of the same sizes.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says.</param>
    public static IEstimator<ITransformer> StylizeLoadedImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Stylized", string imageColumnName = "Image", ImageStylizerOptions? options = null) =>
        StylizeImages(transforms, Network(ModelLocator.Open(model), options), outputColumnName, imageColumnName, images: true);

    internal static IEstimator<ITransformer> StylizeImages(
        TransformsCatalog transforms, StyleNetwork network, string outputColumnName, string inputColumnName, bool images)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return ChainParts.Whole(transforms, inputColumnName, images, network.Prepare(), network.Settings, (chain, geometry) =>
            ChainParts.Parse(chain, transforms, network.Settings,
                transforms.CustomMapping<RawOutputRow, ParseStyleMapping.Output>(ParseStyleMapping.Map, ParseStyleMapping.Contract),
                geometry, (PipelineColumns.Stylized, outputColumnName)));
    }

    private static StyleNetwork Network(OnnxModel model, ImageStylizerOptions? options) => options is { Tile: true }
        ? throw new ArgumentException("A pipeline of ML.NET runs its network once for each row; stylise tile by tile with ImageStylizer.")
        : StyleNetwork.Of(model, options ?? new ImageStylizerOptions());
}
