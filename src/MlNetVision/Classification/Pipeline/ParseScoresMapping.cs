using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>The saved form of the choice among scores: the scores of all classes in, the best classes out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ParseScoresMapping : CustomMappingFactory<ParseScoresMapping.Input, ParseScoresMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseScores/1";

    private static readonly SettingsCache<ClassificationSettings, ClassificationSettings> Settings = new(settings => settings);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var settings = Settings.Get(input.Settings);
        var top = TopScores.Of(input.Outputs, settings.Labels, settings.Top);
        output.PredictedLabel = top[0].Label.AsMemory();
        output.TopLabels = [.. top.Select(t => t.Label.AsMemory())];
        output.TopScores = [.. top.Select(t => t.Score)];
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>A score for each class.</summary>
        [ColumnName(PipelineColumns.Outputs)]
        public float[] Outputs { get; set; } = [];

        /// <summary>The settings as JSON.</summary>
        [ColumnName(PipelineColumns.Settings)]
        public ReadOnlyMemory<char> Settings { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class of the highest score.</summary>
        [ColumnName(PipelineColumns.PredictedLabel)]
        public ReadOnlyMemory<char> PredictedLabel { get; set; }

        /// <summary>The classes of the highest scores, the highest first.</summary>
        [ColumnName(PipelineColumns.TopLabels)]
        public ReadOnlyMemory<char>[] TopLabels { get; set; } = [];

        /// <summary>Their scores.</summary>
        [ColumnName(PipelineColumns.TopScores)]
        public float[] TopScores { get; set; } = [];
    }
}
