using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>A column of floats that the parser of a hand-made chain reads.</summary>
/// <param name="Name">The user's name of the column.</param>
/// <param name="Length">How many values it has in a row.</param>
/// <param name="Content">What they are, for messages.</param>
internal sealed record ParsedColumn(string Name, long Length, string Content)
{
    /// <summary>What the columns of a network's outputs hold, for messages.</summary>
    public const string Outputs = "as the network's output has elements";

    /// <summary>The column of geometries.</summary>
    /// <param name="name">Its name; null: that of a whole chain.</param>
    public static ParsedColumn Geometry(string? name) =>
        new(name ?? PipelineColumns.Geometry, GeometryColumn.Length, "the geometry that ResizeUprightImages gives");

    /// <summary>Checks the values of a row: vectors without a fixed length are known by row alone.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than the parser reads; the message names the user's column.</exception>
    public static void CheckRow(RawOutputRow row, PipelineSettings settings, long outputs)
    {
        new ParsedColumn(settings.OutputsColumn ?? PipelineColumns.Outputs, outputs, Outputs).Check(row.Outputs.Length);
        Geometry(settings.GeometryColumn).Check(row.Geometry.Length);
    }

    /// <exception cref="ArgumentException">The type is no vector of float of this length; a vector without a fixed length passes.</exception>
    public void Check(DataViewType type)
    {
        if (type is not VectorDataViewType { ItemType: NumberDataViewType item } vector || item != NumberDataViewType.Single)
            throw new ArgumentException($"The column '{Name}' holds {type}; expected a vector of {Length} floats, {Content}.");
        if (vector.Size != 0) Check(vector.Size);
    }

    /// <exception cref="ArgumentException">It is another length.</exception>
    public void Check(long length)
    {
        if (length != Length)
            throw new ArgumentException(
                FormattableString.Invariant($"The column '{Name}' has {length} values in a row; expected {Length}, {Content}."));
    }
}

/// <summary>A parser of a hand-made chain that checks its columns before it is fitted.</summary>
/// <param name="parser">The parser.</param>
/// <param name="columns">The columns.</param>
internal sealed class CheckedColumnsEstimator(IEstimator<ITransformer> parser, IReadOnlyList<ParsedColumn> columns) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input)
    {
        // A column that is missing is named by the first transform that reads it.
        foreach (var column in columns)
            if (input.Schema.GetColumnOrNull(column.Name) is { } found) column.Check(found.Type);
        return parser.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => parser.GetOutputSchema(inputSchema);
}
