using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Models;
using MlNetVision.Segmentation;

namespace MlNetVision.MlNet;

/// <summary>Segmentation as an ML.NET pipeline.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class SegmentationTransformsCatalog
{
    /// <summary>Segments images: load (upright) where paths are given, resize, extract pixels, apply the network, parse its output.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, a file, its bytes, a stream, or a network in memory.</param>
    /// <param name="outputColumnName">The column of <see cref="SegmentationMask"/>; read it with <see cref="SegmentationMaskTypeAttribute"/>.</param>
    /// <param name="inputColumnName">
    /// The column of the images: text with their paths, or images (<c>MLImage</c>), which are neither changed nor disposed.
    /// </param>
    /// <param name="options">How the model and the images are read; null: as the model states. ML.NET decides on threads.</param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: its mask is null, and the column of errors says why.
    /// </param>
    /// <returns>
    /// An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c>, and loaded with
    /// <c>mlContext.Model.Load</c> by any app that has this library.
    /// </returns>
    /// <exception cref="BadModelException">There is no such model, or it is no segmentation network.</exception>
    public static IEstimator<ITransformer> SegmentImages(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName = "Mask", string inputColumnName = "ImagePath",
        SegmenterOptions? options = null, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new SegmenterOptions();
        if (options.Windows) throw new ArgumentException("A pipeline of ML.NET runs its network once per row; for windows use Segmenter.");
        var network = SegmentationNetwork.Of(model.Open(options.CheckedOpening()), options);
        return SegmentImages(transforms, network, new(inputColumnName, outputColumnName, errors));
    }

    /// <summary>
    /// Makes masks of the raw output of a segmentation network: the last part of a hand-made chain, after <c>ResizeUprightImages</c>,
    /// <c>ExtractPixels</c> and <c>ApplyOnnxModel</c>.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The network.</param>
    /// <param name="outputColumnName">The column of <see cref="SegmentationMask"/>.</param>
    /// <param name="geometryColumnName">The column that <c>ResizeUprightImages</c> gives.</param>
    /// <param name="rawColumnName">
    /// The column of the output (a vector of float: scores C×H×W or H×W×C, or a map of class indices). Null: named as the model's output.
    /// </param>
    /// <param name="options">What masks hold; null: as the model states.</param>
    /// <returns>
    /// An estimator that needs no training. <c>Fit</c>, or a row where a column has no fixed length, throws <see cref="ArgumentException"/> where a
    /// column has another length than the output.
    /// </returns>
    /// <exception cref="BadModelException">The model is no segmentation network.</exception>
    public static IEstimator<ITransformer> ParseMask(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName, string geometryColumnName, string? rawColumnName = null,
        SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new SegmenterOptions();
        var settings = SegmentationNetwork.Of(model.Open(options.CheckedOpening()), options).Settings;
        var raw = rawColumnName ?? settings.Output.Name;
        settings = settings with { OutputsColumn = raw, GeometryColumn = geometryColumnName };
        return new CheckedColumnsEstimator(
            Parse(transforms.CopyColumns(PipelineColumns.Outputs, raw), transforms, settings, outputColumnName, geometryColumnName),
            [new(raw, settings.Output.Length, ParsedColumn.Outputs), ParsedColumn.Geometry(geometryColumnName)]);
    }

    internal static IEstimator<ITransformer> SegmentImages(
        TransformsCatalog transforms, SegmentationNetwork network, ChainColumns columns) =>
        ChainParts.Whole(transforms, columns, network, marksOutputs: false,
            (chain, geometry) => Parse(chain, transforms, network.Settings, columns.Output, geometry));

    private static IEstimator<ITransformer> Parse(
        IEstimator<ITransformer> chain, TransformsCatalog transforms, SegmentationSettings settings, string outputColumnName,
        string geometryColumnName) =>
        ChainParts.Parse(chain, transforms, settings,
            transforms.CustomMapping<RawOutputRow, ParseMaskMapping.Output>(ParseMaskMapping.Map, ParseMaskMapping.Contract),
            geometryColumnName, (PipelineColumns.Mask, outputColumnName));
}

/// <summary>The saved form of the mask parser: the network's raw output and the geometry in, a mask out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ParseMaskMapping : CustomMappingFactory<RawOutputRow, ParseMaskMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseMask/1";

    private static readonly SettingsCache<SegmentationSettings, Chain> Chains = new(
        SegmentationSettings.Json, settings => new Chain(settings, new MaskParser(settings)));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output)
    {
        var chain = Chains.Get(input.Settings);
        ParsedColumn.CheckRow(input, chain.Settings, chain.Settings.Output.Length);
        output.Mask = GeometryColumn.IsNone(input.Geometry) ? null : chain.Parser.Parse(input.Outputs, GeometryColumn.Read(input.Geometry));
    }

    private sealed record Chain(SegmentationSettings Settings, MaskParser Parser);

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class of every pixel; null in a row without an image.</summary>
        [ColumnName(PipelineColumns.Mask), SegmentationMaskType]
        public SegmentationMask? Mask { get; set; }
    }
}
