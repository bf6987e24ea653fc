using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Pipelines;

/// <summary>What the chains of all tasks are put together from.</summary>
internal static class ChainParts
{
    /// <summary>
    /// The same text in every row, in <see cref="PipelineColumns.Settings"/>. It is the constant of a saved <c>Expression</c>,
    /// since a saved mapping keeps no parameters of its own.
    /// </summary>
    public static IEstimator<ITransformer> Settings(TransformsCatalog transforms, string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return transforms.CustomMapping<EmptyTextMapping.Input, EmptyTextMapping.Output>(EmptyTextMapping.Map, EmptyTextMapping.Contract)
            .Append(transforms.Expression(PipelineColumns.Settings, $"(empty) => \"{quoted}\"", PipelineColumns.Empty))
            .Append(transforms.DropColumns(PipelineColumns.Empty));
    }

    /// <summary>Sized pictures to outputs of the network: ExtractPixels → ApplyOnnxModel.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="column">The column of pictures at the network's size.</param>
    /// <param name="network">The network, as <see cref="PipelineNetwork.Prepare"/> makes it.</param>
    /// <param name="bgr">Whether it takes blue first.</param>
    /// <param name="outputs">The outputs that become columns; null: the flat one.</param>
    public static IEstimator<ITransformer> Apply(TransformsCatalog transforms, string column, OnnxModel network, bool bgr, string[]? outputs = null)
    {
        RuntimeEnvironment.Ensure();
        var planar = NetworkInput.Of(network).Layout == PixelLayout.Nchw;
        using var bytes = new MemoryStream(network.ToBytes());
        return transforms.ExtractPixels(PipelineColumns.Pixels, column, interleavePixelColors: !planar,
                orderOfExtraction: bgr ? ImagePixelExtractingEstimator.ColorsOrder.ABGR : ImagePixelExtractingEstimator.ColorsOrder.ARGB,
                outputAsFloatArray: false)
            .Append(transforms.ApplyOnnxModel(outputs ?? [PipelineColumns.Outputs], [PipelineColumns.Pixels], bytes));
    }
}
