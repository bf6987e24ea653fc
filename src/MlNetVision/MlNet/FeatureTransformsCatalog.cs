using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Models;

namespace MlNetVision.MlNet;

/// <summary>Features as an ML.NET pipeline.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class FeatureTransformsCatalog
{
    /// <summary>Makes features of images: load (upright) where paths are given, resize, extract pixels, apply the cut network.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, a file, its bytes, a stream, or a network in memory.</param>
    /// <param name="outputColumnName">The column of features: a vector of floats of known length, as ML.NET's trainers take it.</param>
    /// <param name="inputColumnName">
    /// The column of the images: text with their paths, or images (<c>MLImage</c>), which are neither changed nor disposed.
    /// </param>
    /// <param name="options">Where the network is cut and how it reads images; null: the defaults. ML.NET decides on threads.</param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: its features are NaN, so that ML.NET's trainers leave it out, and
    /// the column of errors says why.
    /// </param>
    /// <returns>
    /// An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c>, and loaded with
    /// <c>mlContext.Model.Load</c> by any app that has this library.
    /// </returns>
    /// <exception cref="BadModelException">There is no such model or layer, or the layer is not a feature map.</exception>
    public static IEstimator<ITransformer> FeaturizeImages(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName = "Features", string inputColumnName = "ImagePath",
        FeaturizerOptions? options = null, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new FeaturizerOptions();
        var network = FeatureNetwork.Of(model.Open(options.CheckedOpening()), options);
        return FeaturizeImages(transforms, network, new(inputColumnName, outputColumnName, errors));
    }

    internal static IEstimator<ITransformer> FeaturizeImages(
        TransformsCatalog transforms, FeatureNetwork network, ChainColumns columns) =>
        ChainParts.Whole(transforms, columns, network, marksOutputs: true, (chain, _) => chain
            .Append(transforms.CopyColumns(columns.Output, PipelineColumns.Outputs))
            .Append(transforms.DropColumns(PipelineColumns.Outputs)));
}
