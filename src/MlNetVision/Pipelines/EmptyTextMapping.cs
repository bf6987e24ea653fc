using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetVision.Pipelines;

/// <summary>
/// The saved form of a column of empty text. The parameters of a chain are the constant of an <c>Expression</c>, which
/// must read some column, and not every chain has one that it can read.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class EmptyTextMapping : CustomMappingFactory<EmptyTextMapping.Input, EmptyTextMapping.Output>
{
    internal const string Contract = "MlNetVision.EmptyText/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output) => output.Text = ReadOnlyMemory<char>.Empty;

    /// <summary>No column is read.</summary>
    public sealed class Input;

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>Empty.</summary>
        [ColumnName(PipelineColumns.Empty)]
        public ReadOnlyMemory<char> Text { get; set; }
    }
}
