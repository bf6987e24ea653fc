using Microsoft.ML;

namespace MlNetVision.Pipelines;

/// <summary>The steps that all vision pipelines share, as estimators of their own.</summary>
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
        return VisionChain.LoadPictures(transforms, pathColumnName)
            .Append(transforms.CopyColumns(outputColumnName, PipelineColumns.Picture))
            .Append(transforms.DropColumns(PipelineColumns.Path, PipelineColumns.Picture));
    }
}
