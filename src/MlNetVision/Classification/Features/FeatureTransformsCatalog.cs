using Microsoft.ML;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>Features as an ML.NET pipeline.</summary>
public static class FeatureTransformsCatalog
{
    /// <summary>Makes features of the images that a text column names: load (upright), resize, extract pixels, apply the cut network.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of features: a vector of floats of known length, as ML.NET's trainers take it.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the images.</param>
    /// <param name="options">Where the network is cut and how it reads images; null: the defaults. <see cref="FeaturizerOptions.Threads"/> is not used: ML.NET decides.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c> and loaded by any app that has this library.</returns>
    /// <exception cref="BadModelException">There is no such model or layer, or the layer is no map of features.</exception>
    public static IEstimator<ITransformer> FeaturizeImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Features", string imagePathColumnName = "ImagePath", FeaturizerOptions? options = null) =>
        FeaturizeImages(transforms, ModelLocator.Open(model), outputColumnName, imagePathColumnName, options);

    /// <summary>The same with a network in memory.</summary>
    /// <inheritdoc cref="FeaturizeImages(TransformsCatalog, string, string, string, FeaturizerOptions?)"/>
    public static IEstimator<ITransformer> FeaturizeImages(
        this TransformsCatalog transforms, OnnxModel model, string outputColumnName = "Features", string imagePathColumnName = "ImagePath", FeaturizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FeaturizeImages(transforms, FeatureNetwork.Of(model, options ?? new()), outputColumnName, imagePathColumnName, images: false);
    }

    /// <summary>Makes features of a column of images (<c>MLImage</c>), which are neither changed nor disposed.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="outputColumnName">The column of features.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="options">Where the network is cut and how it reads images; null: the defaults.</param>
    public static IEstimator<ITransformer> FeaturizeLoadedImages(
        this TransformsCatalog transforms, string model, string outputColumnName = "Features", string imageColumnName = "Image", FeaturizerOptions? options = null) =>
        FeaturizeImages(transforms, FeatureNetwork.Of(ModelLocator.Open(model), options ?? new()), outputColumnName, imageColumnName, images: true);

    internal static IEstimator<ITransformer> FeaturizeImages(
        TransformsCatalog transforms, FeatureNetwork network, string outputColumnName, string inputColumnName, bool images)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return ChainParts.Whole(transforms, inputColumnName, images, network.Prepare(), network.Settings, (chain, _) => chain
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Outputs))
            .Append(transforms.DropColumns(PipelineColumns.Outputs)));
    }
}
