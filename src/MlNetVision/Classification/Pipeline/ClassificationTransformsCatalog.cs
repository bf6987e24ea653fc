using Microsoft.ML;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>Classification as an ML.NET pipeline.</summary>
/// <remarks>
/// The pipelines make four columns, the first two called as ML.NET's own multi-class trainers call theirs: <c>PredictedLabel</c> (text),
/// <c>Score</c> (a vector of float, one for each class by index), <c>TopLabels</c> and <c>TopScores</c> (vectors of text and of float: the best
/// classes, the best first).
/// </remarks>
public static partial class ClassificationTransformsCatalog
{
    /// <summary>Classifies the images that a text column names: load (upright), resize, extract pixels, apply the network, choose the best.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="imagePathColumnName">The text column with the paths of the images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says. <see cref="ImageClassifierOptions.Threads"/> is not used: ML.NET decides.</param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c> and loaded by any app that has this library.</returns>
    /// <exception cref="BadModelException">There is no such model, or it is no classification network.</exception>
    public static IEstimator<ITransformer> ClassifyImages(
        this TransformsCatalog transforms, string model, string imagePathColumnName = "ImagePath", ImageClassifierOptions? options = null) =>
        ClassifyImages(transforms, Open(model, options), imagePathColumnName, options);

    /// <summary>The same with a network in memory.</summary>
    /// <inheritdoc cref="ClassifyImages(TransformsCatalog, string, string, ImageClassifierOptions?)"/>
    public static IEstimator<ITransformer> ClassifyImages(
        this TransformsCatalog transforms, OnnxModel model, string imagePathColumnName = "ImagePath", ImageClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ClassifyImages(transforms, ClassificationNetwork.Of(model, options ?? new()), imagePathColumnName, images: false);
    }

    /// <summary>Classifies a column of images (<c>MLImage</c>), which are neither changed nor disposed.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="options">How the model and the images are read; null: as the model says.</param>
    public static IEstimator<ITransformer> ClassifyLoadedImages(
        this TransformsCatalog transforms, string model, string imageColumnName = "Image", ImageClassifierOptions? options = null) =>
        ClassifyImages(transforms, ClassificationNetwork.Of(Open(model, options), options ?? new()), imageColumnName, images: true);

    internal static IEstimator<ITransformer> ClassifyImages(TransformsCatalog transforms, ClassificationNetwork network, string inputColumnName, bool images)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return ChainParts.Whole(transforms, inputColumnName, images, network.Prepare(), network.Settings, (chain, geometry) =>
            ChainParts.Parse(chain, transforms, network.Settings,
                transforms.CustomMapping<ParseScoresMapping.Input, ParseScoresMapping.Output>(ParseScoresMapping.Map, ParseScoresMapping.Contract), geometry,
                (PipelineColumns.PredictedLabel, "PredictedLabel"), (PipelineColumns.Outputs, "Score"),
                (PipelineColumns.TopLabels, "TopLabels"), (PipelineColumns.TopScores, "TopScores")));
    }

    private static OnnxModel Open(string model, ImageClassifierOptions? options) =>
        ModelLocator.Open(model, new OpenOptions { LabelsFile = options?.LabelsFile });
}
