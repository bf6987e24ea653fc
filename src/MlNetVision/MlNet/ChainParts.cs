using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>The parts of the chains of all tasks.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class ChainParts
{
    // Columns between the parts of a chain; each part drops its own.
    private const string LoadedImage = "MlNetVision.Chain.Image";
    private const string ResizedImage = "MlNetVision.Chain.Resized";
    private const string ImageGeometry = "MlNetVision.Chain.Geometry";

    /// <summary>A whole chain: load (where the column holds paths), resize, extract pixels, apply the network, parse.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="column">The user's column, of paths or of images.</param>
    /// <param name="network">The network.</param>
    /// <param name="parse">Appends the last part to a chain, given its geometry column.</param>
    public static IEstimator<ITransformer> Whole(
        TransformsCatalog transforms, string column, VisionNetwork network, Func<IEstimator<ITransformer>, string, IEstimator<ITransformer>> parse)
    {
        var prepared = network.Prepare();
        return new ImageColumnEstimator(column, "text (paths of images) or images (MLImage)", type =>
            type is TextDataViewType || type.RawType == typeof(MLImage) ? Build(type is not TextDataViewType) : null);

        IEstimator<ITransformer> Build(bool areImages)
        {
            var image = areImages ? column : LoadedImage;
            var resized = transforms.ResizeUprightImages(ResizedImage, ImageGeometry, image, network.Pipeline.Resize);
            var applied = (areImages ? resized : transforms.LoadUprightImages(image, column).Append(resized))
                .Append(Apply(transforms, ResizedImage, prepared, PixelNormalization.Parse(network.Pipeline.Preprocess).Bgr,
                    network.IsForFile ? DeviceList.Cpu : network.Device));
            string[] made = [ResizedImage, ImageGeometry, PipelineColumns.Pixels, .. areImages ? Array.Empty<string>() : [LoadedImage]];
            return parse(applied, ImageGeometry).Append(transforms.DropColumns(made));
        }
    }

    /// <summary>
    /// A parser of <see cref="PipelineColumns.Outputs"/>: a mapping, with the settings column before it and the result columns after it.
    /// </summary>
    /// <param name="chain">What comes before.</param>
    /// <param name="transforms">The catalog.</param>
    /// <param name="settings">The settings of the parser.</param>
    /// <param name="mapping">The mapping, from <see cref="PipelineColumns"/> to the columns it gives.</param>
    /// <param name="geometry">The column of geometries; null for mappings that read none.</param>
    /// <param name="results">Columns that the mapping gives, with the user's names for them.</param>
    public static IEstimator<ITransformer> Parse(
        IEstimator<ITransformer> chain, TransformsCatalog transforms, PipelineSettings settings, IEstimator<ITransformer> mapping, string? geometry,
        params (string Result, string Output)[] results)
    {
        string[] read = [PipelineColumns.Outputs, .. geometry is null ? [] : new[] { PipelineColumns.Geometry }, PipelineColumns.Settings];
        var given = geometry is null ? chain : chain.Append<ITransformer>(transforms.CopyColumns(PipelineColumns.Geometry, geometry));
        var parsed = given.Append(Settings(transforms, settings.ToJson())).Append(mapping);
        foreach (var (result, output) in results) parsed = parsed.Append<ITransformer>(transforms.CopyColumns(output, result));
        return parsed.Append(transforms.DropColumns([.. results.Select(r => r.Result).Union(read)]));
    }

    /// <summary>
    /// Adds the column <see cref="PipelineColumns.Settings"/> with the same text in every row. It is the constant of a saved
    /// <c>Expression</c>, because a saved mapping has no parameters.
    /// </summary>
    public static IEstimator<ITransformer> Settings(TransformsCatalog transforms, string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return transforms.CustomMapping<EmptyTextMapping.Input, EmptyTextMapping.Output>(EmptyTextMapping.Map, EmptyTextMapping.Contract)
            .Append(transforms.Expression(PipelineColumns.Settings, $"(empty) => \"{quoted}\"", PipelineColumns.Empty))
            .Append(transforms.DropColumns(PipelineColumns.Empty));
    }

    /// <summary>From resized images to outputs of the network: ExtractPixels → ApplyOnnxModel.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="column">The column of images at the network's size.</param>
    /// <param name="network">The network, as <see cref="SavedNetwork.Prepare"/> makes it.</param>
    /// <param name="bgr">Whether its channels are blue, green, red.</param>
    /// <param name="device">The devices to take; null: those of the catalog's <see cref="MLContext"/>.</param>
    /// <param name="outputs">The outputs that become columns; null: the flat one.</param>
    public static IEstimator<ITransformer> Apply(
        TransformsCatalog transforms, string column, OnnxModel network, bool bgr, DeviceList? device = null, string[]? outputs = null)
    {
        var input = NetworkInput.Of(network);
        return transforms.ExtractPixels(input.Name, column, interleavePixelColors: input.Layout == PixelLayout.Nhwc,
                orderOfExtraction: bgr ? ImagePixelExtractingEstimator.ColorsOrder.ABGR : ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                outputAsFloatArray: false)
            .Append(new NetworkEstimator(transforms, outputs ?? [PipelineColumns.Outputs], [input.Name], network, device));
    }
}
