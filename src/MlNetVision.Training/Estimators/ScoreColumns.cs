using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Pipelines;

namespace MlNetVision.Training;

/// <summary>The last steps of a trained chain: probabilities to the columns that ML.NET's own trainers give.</summary>
internal static class ScoreColumns
{
    /// <param name="context">What makes transforms.</param>
    /// <param name="chain">A chain that ends in <see cref="PipelineColumns.Outputs"/>.</param>
    /// <param name="score">The column of probabilities.</param>
    /// <param name="predicted">The column of answers.</param>
    /// <param name="map">The step from indices (second argument) to keys (first), as <see cref="LabelKeys"/> makes it.</param>
    public static IEstimator<ITransformer> Append(
        MLContext context, IEstimator<ITransformer> chain, string score, string predicted, Func<string, string, IEstimator<ITransformer>> map) => chain
        .Append(context.Transforms.CustomMapping<BestClassMapping.Input, BestClassMapping.Output>(BestClassMapping.Map, BestClassMapping.Contract))
        .Append(map(predicted, PipelineColumns.ClassIndex))
        .Append(context.Transforms.CopyColumns(score, PipelineColumns.Outputs))
        .Append(context.Transforms.DropColumns(PipelineColumns.Outputs, PipelineColumns.ClassIndex));
}
