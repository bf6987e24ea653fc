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
    private const string LoadError = "MlNetVision.Chain.LoadError";
    private const string ResizedImage = "MlNetVision.Chain.Resized";
    private const string ImageGeometry = "MlNetVision.Chain.Geometry";
    private const string Mark = "MlNetVision.Chain.Mark";
    private const string ResizeError = "MlNetVision.Chain.ResizeError";

    /// <summary>A whole chain: load (where the column holds paths), resize, extract pixels, apply the network, parse.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="columns">The user's columns.</param>
    /// <param name="network">The network.</param>
    /// <param name="marksOutputs">
    /// Whether the outputs themselves are columns of the result: they are NaN where there is no image, and they throw. Else the geometry alone does.
    /// </param>
    /// <param name="parse">Appends the last part to a chain, given its geometry column.</param>
    public static IEstimator<ITransformer> Whole(
        TransformsCatalog transforms, ChainColumns columns, VisionNetwork network, bool marksOutputs,
        Func<IEstimator<ITransformer>, string, IEstimator<ITransformer>> parse)
    {
        ErrorColumn.Check(columns.Errors);
        var prepared = network.Prepare();
        return new ImageColumnEstimator(columns.Input, $"text (paths of images) or {ImageSteps.Images}", (type, names) =>
            type is TextDataViewType || type.RawType == typeof(MLImage) ? Build(type, ErrorColumn.Of(columns.Errors, columns.Output, names)) : null);

        IEstimator<ITransformer> Build(DataViewType type, string? error)
        {
            var made = new ResizedColumns(ResizedImage, ImageGeometry, error, marksOutputs ? Mark : null);
            // The check of the outputs makes the user's column of errors; one that is made twice would stay in the schema, hidden.
            var before = made with { Error = error is null ? null : ResizeError };
            var resized = type is TextDataViewType
                ? ImageSteps.Load(transforms, LoadedImage, columns.Input, error is null ? null : LoadError)
                    .Append(ImageSteps.Resize(transforms, null, LoadedImage, network.Pipeline.Resize, before, error is null ? null : LoadError))
                : ImageSteps.Resize(transforms, type, columns.Input, network.Pipeline.Resize, before);
            IEstimator<ITransformer> applied = resized
                .Append(Apply(transforms, ResizedImage, prepared, PixelNormalization.Parse(network.Pipeline.Preprocess).Bgr,
                    network.IsForFile ? DeviceList.Cpu : network.Device));
            applied = applied.Append(OutputCheck.Of(transforms, columns.Input, made, before.Error));
            List<string> left = [ResizedImage, ImageGeometry, PipelineColumns.Pixels];
            if (type is TextDataViewType) left.Add(LoadedImage);
            if (type is TextDataViewType && error is not null) left.Add(LoadError);
            if (before.Error is not null) left.Add(before.Error);
            if (made.Mark is not null)
            {
                left.Add(Mark);
                applied = applied.Append(transforms.Expression(
                    PipelineColumns.Outputs, "(output, mark) => output * mark", PipelineColumns.Outputs, Mark));
            }
            return parse(applied, ImageGeometry).Append(transforms.DropColumns([.. left]));
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
        var parsed = given.Append(Constants(transforms, (PipelineColumns.Settings, settings.ToJson()))).Append(mapping);
        foreach (var (result, output) in results) parsed = parsed.Append<ITransformer>(transforms.CopyColumns(output, result));
        return parsed.Append(transforms.DropColumns([.. results.Select(r => r.Result).Union(read)]));
    }

    /// <summary>
    /// Adds columns with the same text in every row. They are the constants of a saved <c>Expression</c>, because a saved mapping has no
    /// parameters.
    /// </summary>
    public static EstimatorChain<ITransformer> Constants(TransformsCatalog transforms, params (string Column, string Text)[] constants)
    {
        var chain = new EstimatorChain<ITransformer>().Append<ITransformer>(
            transforms.CustomMapping<EmptyTextMapping.Input, EmptyTextMapping.Output>(EmptyTextMapping.Map, EmptyTextMapping.Contract));
        foreach (var (column, text) in constants)
        {
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            chain = chain.Append<ITransformer>(transforms.Expression(column, $"(empty) => \"{quoted}\"", PipelineColumns.Empty));
        }
        return chain.Append<ITransformer>(transforms.DropColumns(PipelineColumns.Empty));
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

/// <summary>The user's columns of a whole chain.</summary>
/// <param name="Input">Of paths or of images.</param>
/// <param name="Output">Of the results; where there are several, the one that the column of errors may be named after.</param>
/// <param name="Errors">What happens at a row without an image.</param>
internal sealed record ChainColumns(string Input, string Output, RowErrors Errors);
