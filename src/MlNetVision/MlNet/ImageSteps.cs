using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>
/// The steps from a column of paths, of files or of images to images at a network's size. A row without an image goes on with
/// a blank one, whose geometry and mark say so: ML.NET has no row that a transform skips.
/// </summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class ImageSteps
{
    /// <summary>What columns of images hold, for messages.</summary>
    public const string Images = "images (MLImage)";

    /// <summary>Reads images by their paths.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="output">The column of images; null in a row that has none.</param>
    /// <param name="paths">The user's column of paths.</param>
    /// <param name="error">The column of errors; null: rows throw.</param>
    public static IEstimator<ITransformer> Load(TransformsCatalog transforms, string output, string paths, string? error) => Read(
        transforms, output, PipelineColumns.Path, paths, error,
        transforms.CustomMapping<LoadImageMapping.Input, ImageOutput>(LoadImageMapping.Map, LoadImageMapping.Contract));

    /// <summary>Decodes images; the parameters are as for <see cref="Load"/>.</summary>
    public static IEstimator<ITransformer> Decode(TransformsCatalog transforms, string output, string files, string? error) => Read(
        transforms, output, PipelineColumns.Encoded, files, error,
        transforms.CustomMapping<DecodeImageMapping.Input, ImageOutput>(DecodeImageMapping.Map, DecodeImageMapping.Contract));

    /// <summary>Resizes images.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="type">The type of the column of images; null: that of the steps before.</param>
    /// <param name="image">The user's column of images.</param>
    /// <param name="options">The size, and how to resize.</param>
    /// <param name="made">The columns to make.</param>
    /// <param name="loadError">The column of the errors of <see cref="Load"/>; null: it is not part of the chain.</param>
    public static IEstimator<ITransformer> Resize(
        TransformsCatalog transforms, DataViewType? type, string image, ResizeOptions options, ResizedColumns made, string? loadError = null)
    {
        var row = new RowSettings { Column = image, Throws = made.Error is null };
        var definition = SchemaDefinition.Create(typeof(ResizeImageMapping.Input));
        IEstimator<ITransformer> given = type is ImageDataViewType sized && !DeclaredSizes.IsKnown(sized)
            ? FromPixels(transforms, image, sized, row)
            : transforms.CopyColumns(PipelineColumns.Image, image);
        if (type is not null && given is ColumnCopyingEstimator) definition[PipelineColumns.Image].ColumnType = type;
        var constants = ChainParts.Constants(
            transforms, (PipelineColumns.Settings, JsonSerializer.Serialize(options, SettingsJson.Resize)), (PipelineColumns.Row, row.ToJson()),
            (PipelineColumns.LoadError, ""));
        var known = loadError is null ? constants : constants.Append<ITransformer>(transforms.CopyColumns(PipelineColumns.LoadError, loadError));
        return given.Append(known)
            .Append(transforms.CustomMapping<ResizeImageMapping.Input, ResizeImageMapping.Output>(
                ResizeImageMapping.Map, ResizeImageMapping.Contract, definition))
            .Append(Copies(transforms, made.Copies()))
            // The image has that size; this declares it, because ExtractPixels requires a known size.
            .Append(transforms.ResizeImages(
                made.Image, options.Width, options.Height, PipelineColumns.Resized, ImageResizingEstimator.ResizingKind.Fill))
            .Append(transforms.DropColumns(
                PipelineColumns.Image, PipelineColumns.Settings, PipelineColumns.Row, PipelineColumns.LoadError, PipelineColumns.Resized,
                PipelineColumns.Geometry, PipelineColumns.Mark, PipelineColumns.Error));
    }

    private static EstimatorChain<ColumnSelectingTransformer> Read(
        TransformsCatalog transforms, string output, string given, string column, string? error, IEstimator<ITransformer> mapping)
    {
        List<(string, string)> copies = [(output, PipelineColumns.Image)];
        if (error is not null) copies.Add((error, PipelineColumns.Error));
        return transforms.CopyColumns(given, column)
            .Append(ChainParts.Constants(transforms, (PipelineColumns.Row, new RowSettings { Column = column, Throws = error is null }.ToJson())))
            .Append(mapping)
            .Append(Copies(transforms, copies))
            .Append(transforms.DropColumns(given, PipelineColumns.Row, PipelineColumns.Image, PipelineColumns.Error));
    }

    private static EstimatorChain<ITransformer> Copies(TransformsCatalog transforms, IEnumerable<(string Output, string Input)> copies) =>
        copies.Aggregate(new EstimatorChain<ITransformer>(), (chain, copy) =>
            chain.Append<ITransformer>(transforms.CopyColumns(copy.Output, copy.Input)));

    // ExtractPixels gives alpha first, and zeros without a dense buffer where there is no image.
    private static EstimatorChain<ITransformer> FromPixels(TransformsCatalog transforms, string image, ImageDataViewType type, RowSettings row) =>
        transforms.ExtractPixels(
                PipelineColumns.Sized, image, ImagePixelExtractingEstimator.ColorBits.All, ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                interleavePixelColors: true, outputAsFloatArray: false)
            .Append(ChainParts.Constants(
                transforms, (PipelineColumns.Row, (row with { Width = type.Width, Height = type.Height }).ToJson())))
            .Append(transforms.CustomMapping<ImageOfPixelsMapping.Input, ImageOfPixelsMapping.Output>(
                ImageOfPixelsMapping.Map, ImageOfPixelsMapping.Contract))
            .Append<ITransformer>(transforms.DropColumns(PipelineColumns.Sized, PipelineColumns.Row));
}

/// <summary>The columns that the resize of images makes.</summary>
/// <param name="Image">The images at the network's size; blank in a row without one.</param>
/// <param name="Geometry">Their geometries; zeros in a row without an image.</param>
/// <param name="Error">What is wrong with a row; null: rows throw.</param>
/// <param name="Mark">A float: 1, and NaN in a row without an image; null: not made.</param>
internal sealed record ResizedColumns(string Image, string Geometry, string? Error, string? Mark = null)
{
    /// <summary>From the mapping's columns to these, but for the image.</summary>
    public IEnumerable<(string Output, string Input)> Copies()
    {
        yield return (Geometry, PipelineColumns.Geometry);
        if (Error is not null) yield return (Error, PipelineColumns.Error);
        if (Mark is not null) yield return (Mark, PipelineColumns.Mark);
    }
}

/// <summary>
/// Types of images of a declared size. ML.NET's custom mappings refuse one that no row class declares ("Type 'MLImage' is not yet supported"),
/// and its own transforms, such as <c>ResizeImages</c>, make such types. Declaring the size here would not help a process that loads the chain.
/// </summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class DeclaredSizes
{
    /// <summary>Whether mappings may read a type. ML.NET tells by the cursor of a view of such a column.</summary>
    public static bool IsKnown(ImageDataViewType type)
    {
        if (type.Height == 0) return true;
        var definition = SchemaDefinition.Create(typeof(ImageRow));
        definition[nameof(ImageRow.Image)].ColumnType = type;
        try
        {
            var none = new MLContext().Data.LoadFromEnumerable(Array.Empty<ImageRow>(), definition);
            using var cursor = none.GetRowCursor(none.Schema);
            cursor.GetGetter<MLImage>(none.Schema[nameof(ImageRow.Image)]);
            return true;
        }
        catch (Exception e) when (e is NotSupportedException or NotImplementedException)
        {
            return false;
        }
    }

    private sealed class ImageRow
    {
        [AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}
