using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Detection.Standalone;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>The chain of a standalone detector: ML.NET's own transforms only.</summary>
internal static class StandaloneDetectorChain
{
    private static readonly (string Column, string Output)[] Columns =
    [
        ("Boxes", StandaloneNetwork.Boxes), ("Scores", StandaloneNetwork.Scores),
        ("ClassIndices", StandaloneNetwork.ClassIndices), ("Labels", StandaloneNetwork.Labels),
    ];

    /// <summary>From <see cref="ChainFile.ImagePath"/> to <c>Boxes</c>, <c>Scores</c>, <c>ClassIndices</c> and <c>Labels</c>.</summary>
    /// <inheritdoc cref="StandaloneNetwork.Build" path="/exception"/>
    public static IEstimator<ITransformer> Create(TransformsCatalog transforms, DetectionNetwork network)
    {
        var (model, settings) = (StandaloneNetwork.Build(network), network.Settings);
        string[] outputs = [.. Columns.Select(c => c.Output)];
        IEstimator<ITransformer> chain = transforms.LoadImages(PipelineColumns.Image, imageFolder: null, ChainFile.ImagePath)
            .Append(transforms.ResizeImages(PipelineColumns.Resized, settings.Resize.Width, settings.Resize.Height, PipelineColumns.Image, StandaloneParts.Kind(settings.Resize.Mode)))
            .Append(ChainParts.Apply(transforms, PipelineColumns.Resized, model, PixelNormalization.Parse(settings.Preprocess).Bgr, outputs));
        foreach (var (column, output) in Columns) chain = chain.Append(transforms.CopyColumns(column, output));
        return chain.Append(transforms.DropColumns([PipelineColumns.Image, PipelineColumns.Resized, PipelineColumns.Pixels, .. outputs]));
    }
}
