using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Models;
using MlNetVision.Style;

namespace MlNetVision.MlNet;

/// <summary>Style transfer as an ML.NET pipeline: an image in, an image out.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class StyleTransformsCatalog
{
    /// <summary>
    /// Stylises images: load (upright) where paths are given, resize, extract pixels, apply the network, and convert its output to an image of
    /// the original size.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, a file, its bytes, a stream, or a network in memory.</param>
    /// <param name="outputColumnName">
    /// The column of images (<c>MLImage</c>, RGBA, of any size); read it with <see cref="AnySizeImageTypeAttribute"/>.
    /// </param>
    /// <param name="inputColumnName">
    /// The column of the images: text with their paths, or images (<c>MLImage</c>), which are neither changed nor disposed.
    /// </param>
    /// <param name="options">
    /// How the model and the images are read; null: as the model states. A network of free size runs at <c>Size</c>, else 720×720, because ML.NET's
    /// columns of pixels have a fixed size; <see cref="ImageStylizer"/> runs it at each image's own. ML.NET decides on threads.
    /// </param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: its image is null, and the column of errors says why.
    /// </param>
    /// <returns>
    /// An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c>, and loaded with
    /// <c>mlContext.Model.Load</c> by any app that has this library.
    /// </returns>
    /// <exception cref="BadModelException">There is no such model, or it is no style network.</exception>
    public static IEstimator<ITransformer> StylizeImages(
        this TransformsCatalog transforms, ModelSource model, string outputColumnName = "Stylized", string inputColumnName = "ImagePath",
        ImageStylizerOptions? options = null, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageStylizerOptions();
        if (options.Tile) throw new ArgumentException("A pipeline of ML.NET runs its network once per row; for tiles use ImageStylizer.");
        var network = StyleNetwork.Of(model.Open(options.CheckedOpening()), options);
        return StylizeImages(transforms, network, new(inputColumnName, outputColumnName, errors));
    }

    internal static IEstimator<ITransformer> StylizeImages(
        TransformsCatalog transforms, StyleNetwork network, ChainColumns columns) =>
        ChainParts.Whole(transforms, columns, network, marksOutputs: false, (chain, geometry) => ChainParts.Parse(chain, transforms, network.Settings,
            transforms.CustomMapping<RawOutputRow, ParseStyleMapping.Output>(ParseStyleMapping.Map, ParseStyleMapping.Contract),
            geometry, (PipelineColumns.Stylized, columns.Output)));
}

/// <summary>The saved form of the parser of style networks: the network's raw output and the geometry in, an image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ParseStyleMapping : CustomMappingFactory<RawOutputRow, ParseStyleMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseStyle/1";

    private static readonly SettingsCache<StyleSettings, StyleParser> Parsers = new(StyleSettings.Json, settings => new StyleParser(settings));

    /// <inheritdoc/>
    public override Action<RawOutputRow, Output> GetMapping() => Map;

    internal static void Map(RawOutputRow input, Output output)
    {
        output.Image = null;
        if (GeometryColumn.IsNone(input.Geometry)) return;
        using var image = Parsers.Get(input.Settings).Parse(input.Outputs, GeometryColumn.Read(input.Geometry));
        output.Image = TrackedImage.Of(image);
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The stylised image, of the photo's size; garbage-collected with the row. Null in a row without an image.</summary>
        [ColumnName(PipelineColumns.Stylized), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}
