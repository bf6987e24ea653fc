using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>
/// The step of a whole chain after its network: a row whose outputs are not numbers becomes one without an image, with its error, or it throws;
/// see <see cref="RowErrors"/>.
/// </summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class OutputCheck
{
    /// <param name="transforms">The catalog.</param>
    /// <param name="column">The user's column of images, for messages.</param>
    /// <param name="made">The columns that the check makes, but for the image; geometry and mark are those of the resize, made anew.</param>
    /// <param name="error">The resize's column of errors; null: none.</param>
    public static IEstimator<ITransformer> Of(TransformsCatalog transforms, string column, ResizedColumns made, string? error)
    {
        IEstimator<ITransformer> chain = transforms.CopyColumns(PipelineColumns.Geometry, made.Geometry);
        var row = new RowSettings { Column = column, Throws = made.Error is null };
        chain = chain.Append(ChainParts.Constants(transforms, (PipelineColumns.Row, row.ToJson()), (PipelineColumns.Error, "")));
        if (error is not null) chain = chain.Append(transforms.CopyColumns(PipelineColumns.Error, error));
        chain = chain.Append(
            transforms.CustomMapping<CheckOutputsMapping.Input, CheckOutputsMapping.Output>(CheckOutputsMapping.Map, CheckOutputsMapping.Contract));
        foreach (var (output, input) in made.Copies()) chain = chain.Append(transforms.CopyColumns(output, input));
        return chain.Append(
            transforms.DropColumns(PipelineColumns.Geometry, PipelineColumns.Row, PipelineColumns.Error, PipelineColumns.Mark));
    }
}

/// <summary>The saved form of the check of a network's outputs.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CheckOutputsMapping : CustomMappingFactory<CheckOutputsMapping.Input, CheckOutputsMapping.Output>
{
    internal const string Contract = "MlNetVision.CheckOutputs/1";

    private static readonly SettingsCache<RowSettings, RowSettings> Rows = new(RowSettings.Json, row => row);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        (output.Geometry, output.Mark, output.Error) = (input.Geometry, 1, input.Error);
        if (GeometryColumn.IsNone(input.Geometry)) output.Mark = float.NaN;
        else if (NetworkValues.Describe(input.Outputs) is { } fault) Refuse(fault, input, output);
    }

    private static void Refuse(string fault, Input input, Output output)
    {
        var row = Rows.Get(input.Row);
        var error = $"For the image of the column '{row.Column}' the network {fault}.";
        if (row.Throws) throw new BadModelException(error);
        (output.Geometry, output.Mark, output.Error) = (GeometryColumn.None(), float.NaN, error.AsMemory());
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The outputs of the network, one after the other.</summary>
        [ColumnName(PipelineColumns.Outputs)]
        public float[] Outputs { get; set; } = [];

        /// <summary>The geometry of the image; zeros where there is none.</summary>
        [ColumnName(PipelineColumns.Geometry)]
        public float[] Geometry { get; set; } = [];

        /// <summary>The <see cref="RowSettings"/> as JSON.</summary>
        [ColumnName(PipelineColumns.Row)]
        public ReadOnlyMemory<char> Row { get; set; }

        /// <summary>Why there is no image; else empty.</summary>
        [ColumnName(PipelineColumns.Error)]
        public ReadOnlyMemory<char> Error { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The geometry; zeros where there is no image, or no answer.</summary>
        [ColumnName(PipelineColumns.Geometry)]
        public float[]? Geometry { get; set; }

        /// <summary>1, and NaN where there is no image, or no answer.</summary>
        [ColumnName(PipelineColumns.Mark)]
        public float Mark { get; set; }

        /// <summary>Why there is no image, or no answer; else empty.</summary>
        [ColumnName(PipelineColumns.Error)]
        public ReadOnlyMemory<char> Error { get; set; }
    }
}
