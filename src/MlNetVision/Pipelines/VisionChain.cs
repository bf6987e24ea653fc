using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Pipelines;

/// <summary>The part of a chain that all tasks share: LoadImages → ResizeImages → ExtractPixels → ApplyOnnxModel.</summary>
internal static class VisionChain
{
    /// <summary>Everything from a path or image column to the flat outputs of the network, in the columns of <see cref="PipelineColumns"/>.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="column">The user's column, of paths or of images.</param>
    /// <param name="images">The type of its images; null where it holds paths.</param>
    /// <param name="network">The network, as <see cref="PipelineNetwork.Prepare"/> makes it.</param>
    /// <param name="input">Its input.</param>
    /// <param name="settings">The settings of the chain.</param>
    public static IEstimator<ITransformer> ToOutputs(
        TransformsCatalog transforms, string column, DataViewType? images, OnnxModel network, NetworkInput input, PipelineSettings settings)
    {
        var planar = input.Layout == PixelLayout.Nchw;
        var bgr = PixelNormalization.Parse(settings.Preprocess).Bgr;
        RuntimeEnvironment.Ensure();
        using var bytes = new MemoryStream(network.ToBytes());
        IEstimator<ITransformer> pictures = images is null
            ? LoadPictures(transforms, column)
            : transforms.CopyColumns(PipelineColumns.Picture, column)
                .Append(transforms.CustomMapping<NameRowMapping.Input, NameRowMapping.Output>(
                    NameRowMapping.Map, NameRowMapping.Contract, WithImages<NameRowMapping.Input>(images)));
        return pictures
            .Append(Constant(transforms, settings.ToJson()))
            .Append(transforms.CustomMapping<ResizePictureMapping.Input, ResizePictureMapping.Output>(
                ResizePictureMapping.Map, ResizePictureMapping.Contract, WithImages<ResizePictureMapping.Input>(images)))
            // Already of that size, so it only declares it: ExtractPixels asks for images of a known size.
            .Append(transforms.ResizeImages(PipelineColumns.Sized, input.Width, input.Height, PipelineColumns.Resized, ImageResizingEstimator.ResizingKind.Fill))
            .Append(transforms.ExtractPixels(PipelineColumns.Pixels, PipelineColumns.Sized, interleavePixelColors: !planar,
                orderOfExtraction: bgr ? ImagePixelExtractingEstimator.ColorsOrder.ABGR : ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                outputAsFloatArray: false))
            .Append(transforms.ApplyOnnxModel([PipelineColumns.Outputs], [PipelineColumns.Pixels], bytes));
    }

    /// <summary>Hands a column on under the user's name and drops those of the chain.</summary>
    public static IEstimator<ITransformer> Finish(TransformsCatalog transforms, IEstimator<ITransformer> chain, string from, string to) => chain
        .Append(transforms.CopyColumns(to, from))
        .Append(transforms.DropColumns(
            PipelineColumns.Path, PipelineColumns.Settings, PipelineColumns.Picture, PipelineColumns.Resized, PipelineColumns.Sized,
            PipelineColumns.Geometry, PipelineColumns.Pixels, PipelineColumns.Outputs, from));

    /// <summary>The same text in every row. It is the argument of a saved <c>Expression</c>, since a saved mapping keeps none of its own.</summary>
    private static ExpressionEstimator Constant(TransformsCatalog transforms, string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return transforms.Expression(PipelineColumns.Settings, $"(path) => \"{quoted}\"", PipelineColumns.Path);
    }

    /// <summary>Paths in <paramref name="column"/> to pictures in <see cref="PipelineColumns.Picture"/>.</summary>
    public static IEstimator<ITransformer> LoadPictures(TransformsCatalog transforms, string column) =>
        transforms.CopyColumns(PipelineColumns.Path, column)
            .Append(transforms.CustomMapping<LoadPictureMapping.Input, LoadPictureMapping.Output>(LoadPictureMapping.Map, LoadPictureMapping.Contract));

    private static SchemaDefinition WithImages<TRow>(DataViewType? type)
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        if (type is not null) definition[PipelineColumns.Picture].ColumnType = type;
        return definition;
    }
}
