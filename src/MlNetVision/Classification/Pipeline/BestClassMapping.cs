using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>The saved form of the step from scores to the index of the best class; of equal ones the first.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class BestClassMapping : CustomMappingFactory<BestClassMapping.Input, BestClassMapping.Output>
{
    internal const string Contract = "MlNetVision.BestClass/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var scores = input.Scores ?? throw new BadModelException("A row holds no scores; expected one number a class.");
        output.Index = (uint)Array.IndexOf(scores, scores.Max());
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>One number a class.</summary>
        [ColumnName(PipelineColumns.Outputs)]
        public float[]? Scores { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class with the highest, from 0.</summary>
        [ColumnName(PipelineColumns.ClassIndex)]
        public uint Index { get; set; }
    }
}
