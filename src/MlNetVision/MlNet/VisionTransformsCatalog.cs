using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Imaging;

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
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: the image is null, and the column of errors says why.
    /// </param>
    public static IEstimator<ITransformer> LoadUprightImages(
        this TransformsCatalog transforms, string outputColumnName, string pathColumnName, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ErrorColumn.Check(errors);
        return new ImageColumnEstimator(pathColumnName, "text (paths of images)", (type, names) => type is TextDataViewType
            ? ImageSteps.Load(transforms, outputColumnName, pathColumnName, ErrorColumn.Of(errors, outputColumnName, names)) : null);
    }

    /// <summary>Decodes image files in memory, upright by their EXIF orientation; otherwise as <see cref="LoadUprightImages"/>.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">The column of images (<c>MLImage</c>, RGBA, of any size). They are garbage-collected with their rows.</param>
    /// <param name="bytesColumnName">The column of their bytes, such as ML.NET's <c>LoadRawImageBytes</c> gives.</param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: the image is null, and the column of errors says why.
    /// </param>
    public static IEstimator<ITransformer> DecodeUprightImages(
        this TransformsCatalog transforms, string outputColumnName, string bytesColumnName, RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ErrorColumn.Check(errors);
        return new ImageColumnEstimator(bytesColumnName, "image files (a vector of byte)", (type, names) =>
            type is VectorDataViewType { ItemType.RawType: var item } && item == typeof(byte)
            ? ImageSteps.Decode(transforms, outputColumnName, bytesColumnName, ErrorColumn.Of(errors, outputColumnName, names)) : null);
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
    /// <param name="errors">
    /// What happens at a row without an image. Default: it goes on with a blank image, and a geometry of zeros, by which <c>ParseYoloGrids</c> and
    /// <c>ParseMask</c> give an empty result; the column of errors says why.
    /// </param>
    public static IEstimator<ITransformer> ResizeUprightImages(
        this TransformsCatalog transforms, string outputColumnName, string geometryColumnName, string imageColumnName, ResizeOptions options,
        RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(options);
        ErrorColumn.Check(errors);
        return new ImageColumnEstimator(imageColumnName, ImageSteps.Images, (type, names) => type.RawType == typeof(MLImage)
            ? ImageSteps.Resize(transforms, type, imageColumnName, options,
                new(outputColumnName, geometryColumnName, ErrorColumn.Of(errors, outputColumnName, names))) : null);
    }
}
