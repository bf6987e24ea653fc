using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>The shared steps of vision pipelines, as separate estimators. None needs training; all can be saved.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class VisionTransformsCatalog
{
    /// <summary>
    /// Loads images upright by their EXIF orientation; it replaces ML.NET's <c>LoadImages</c>.
    /// JPEG, PNG, WebP, BMP and GIF (first frame); transparency is blended over white.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size). They are garbage-collected with their rows.</param>
    /// <param name="pathColumnName">The text column with the paths.</param>
    /// <remarks>A row whose image cannot be read throws <see cref="BadImageException"/> when the row is read.</remarks>
    public static IEstimator<ITransformer> LoadUprightImages(this TransformsCatalog transforms, string outputColumnName, string pathColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.CopyColumns(PipelineColumns.Path, pathColumnName)
            .Append(transforms.CustomMapping<LoadImageMapping.Input, LoadImageMapping.Output>(LoadImageMapping.Map, LoadImageMapping.Contract))
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Image))
            .Append(transforms.DropColumns(PipelineColumns.Path, PipelineColumns.Image));
    }

    /// <summary>Decodes image files in memory, upright by their EXIF orientation; otherwise as <see cref="LoadUprightImages"/>.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size). They are garbage-collected with their rows.</param>
    /// <param name="bytesColumnName">The column of their bytes, such as ML.NET's <c>LoadRawImageBytes</c> gives.</param>
    /// <remarks>A row whose image cannot be decoded throws <see cref="BadImageException"/> when the row is read.</remarks>
    public static IEstimator<ITransformer> DecodeUprightImages(this TransformsCatalog transforms, string outputColumnName, string bytesColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.CopyColumns(PipelineColumns.Encoded, bytesColumnName)
            .Append(transforms.CustomMapping<DecodeImageMapping.Input, DecodeImageMapping.Output>(
                DecodeImageMapping.Map, DecodeImageMapping.Contract))
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Image))
            .Append(transforms.DropColumns(PipelineColumns.Encoded, PipelineColumns.Image));
    }

    /// <summary>
    /// Resizes images to the size of a network by stretch, letterbox or crop, with a choice of resampler and pad colour; it
    /// replaces ML.NET's <c>ResizeImages</c>, whose <c>Fill</c> takes the nearest pixel and whose <c>IsoPad</c> pads with
    /// black.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images of that size, which <c>ExtractPixels</c> takes.</param>
    /// <param name="geometryColumnName">The column of the geometry, for parsers: 8 floats, the members of <see cref="ImageGeometry"/>.</param>
    /// <param name="imageColumnName">The column of images (<c>MLImage</c>), of any size; they are neither changed nor disposed.</param>
    /// <param name="options">The size, and how to resize.</param>
    public static IEstimator<ITransformer> ResizeUprightImages(
        this TransformsCatalog transforms, string outputColumnName, string geometryColumnName, string imageColumnName, ResizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(options);
        return new ImageColumnEstimator(imageColumnName, "images (MLImage)", type => type.RawType == typeof(MLImage) ? Build(type) : null);

        IEstimator<ITransformer> Build(DataViewType imageType)
        {
            var definition = SchemaDefinition.Create(typeof(ResizeImageMapping.Input));
            definition[PipelineColumns.Image].ColumnType = imageType;
            return transforms.CopyColumns(PipelineColumns.Image, imageColumnName)
                .Append(ChainParts.Settings(transforms, JsonSerializer.Serialize(options, SettingsJson.Resize)))
                .Append(transforms.CustomMapping<ResizeImageMapping.Input, ResizeImageMapping.Output>(
                    ResizeImageMapping.Map, ResizeImageMapping.Contract, definition))
                .Append(transforms.CopyColumns(geometryColumnName, PipelineColumns.Geometry))
                // The image has that size; this declares it, because ExtractPixels requires a known size.
                .Append(transforms.ResizeImages(
                    outputColumnName, options.Width, options.Height, PipelineColumns.Resized, ImageResizingEstimator.ResizingKind.Fill))
                .Append(transforms.DropColumns(PipelineColumns.Image, PipelineColumns.Settings, PipelineColumns.Resized, PipelineColumns.Geometry));
        }
    }
}
