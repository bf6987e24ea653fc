using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>The steps that all vision pipelines share, as estimators of their own. None needs training, and all can be saved.</summary>
public static class VisionTransformsCatalog
{
    /// <summary>
    /// Loads pictures, upright by their EXIF orientation; otherwise as ML.NET's <c>LoadImages</c>, in whose place it stands.
    /// JPEG, PNG, WebP, BMP and GIF (first frame); transparency is blended over white.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size). They are collected with their rows.</param>
    /// <param name="pathColumnName">The text column with the paths.</param>
    /// <remarks>A row whose picture cannot be read throws <see cref="BadImageException"/> when the row is read.</remarks>
    public static IEstimator<ITransformer> LoadPictures(this TransformsCatalog transforms, string outputColumnName, string pathColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.CopyColumns(PipelineColumns.Path, pathColumnName)
            .Append(transforms.CustomMapping<LoadPictureMapping.Input, LoadPictureMapping.Output>(LoadPictureMapping.Map, LoadPictureMapping.Contract))
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Picture))
            .Append(transforms.DropColumns(PipelineColumns.Path, PipelineColumns.Picture));
    }

    /// <summary>Decodes picture files that are in memory, upright by their EXIF orientation; otherwise as <see cref="LoadPictures"/>.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size). They are collected with their rows.</param>
    /// <param name="bytesColumnName">The column of their bytes, such as ML.NET's <c>LoadRawImageBytes</c> gives.</param>
    /// <remarks>A row whose picture cannot be decoded throws <see cref="BadImageException"/> when the row is read.</remarks>
    public static IEstimator<ITransformer> DecodePictures(this TransformsCatalog transforms, string outputColumnName, string bytesColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.CopyColumns(PipelineColumns.Encoded, bytesColumnName)
            .Append(transforms.CustomMapping<DecodePictureMapping.Input, DecodePictureMapping.Output>(DecodePictureMapping.Map, DecodePictureMapping.Contract))
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Picture))
            .Append(transforms.DropColumns(PipelineColumns.Encoded, PipelineColumns.Picture));
    }

    /// <summary>
    /// Brings pictures to the size of a network by stretch, letterbox or crop, with a resampler and a pad colour of choice;
    /// it stands in the place of ML.NET's <c>ResizeImages</c>, whose <c>Fill</c> takes the nearest pixel and whose
    /// <c>IsoPad</c> pads black.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images of that size, which <c>ExtractPixels</c> takes.</param>
    /// <param name="geometryColumnName">The column of what leads back to the picture's own pixels, which parsers take: 8 floats, the members of <see cref="ImageGeometry"/>.</param>
    /// <param name="imageColumnName">The column of images (<c>MLImage</c>), of any size; they are neither changed nor disposed.</param>
    /// <param name="options">The size and how it is reached.</param>
    public static IEstimator<ITransformer> ResizePictures(
        this TransformsCatalog transforms, string outputColumnName, string geometryColumnName, string imageColumnName, ResizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(options);
        return new ImageColumnEstimator(imageColumnName, Build);

        IEstimator<ITransformer> Build(DataViewType imageType)
        {
            var definition = SchemaDefinition.Create(typeof(ResizePictureMapping.Input));
            definition[PipelineColumns.Picture].ColumnType = imageType;
            return transforms.CopyColumns(PipelineColumns.Picture, imageColumnName)
                .Append(ChainParts.Settings(transforms, PipelineJson.Write(options)))
                .Append(transforms.CustomMapping<ResizePictureMapping.Input, ResizePictureMapping.Output>(
                    ResizePictureMapping.Map, ResizePictureMapping.Contract, definition))
                .Append(transforms.CopyColumns(geometryColumnName, PipelineColumns.Geometry))
                // Already of that size, so it only declares it: ExtractPixels asks for images of a known size.
                .Append(transforms.ResizeImages(outputColumnName, options.Width, options.Height, PipelineColumns.Resized, ImageResizingEstimator.ResizingKind.Fill))
                .Append(transforms.DropColumns(PipelineColumns.Picture, PipelineColumns.Settings, PipelineColumns.Resized, PipelineColumns.Geometry));
        }
    }
}
