using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetVision.Pipelines;

/// <summary>
/// Gives rows that hold a picture but no path an empty path: the parameters of a chain are constants of an
/// <c>Expression</c>, which must read some column, and cannot read an image.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class NameRowMapping : CustomMappingFactory<NameRowMapping.Input, NameRowMapping.Output>
{
    internal const string Contract = "MlNetVision.NameRow/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output) => output.Path = ReadOnlyMemory<char>.Empty;

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The picture.</summary>
        [ColumnName(PipelineColumns.Picture), AnySizeImageType]
        public MLImage? Picture { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>Empty.</summary>
        [ColumnName(PipelineColumns.Path)]
        public ReadOnlyMemory<char> Path { get; set; }
    }
}
