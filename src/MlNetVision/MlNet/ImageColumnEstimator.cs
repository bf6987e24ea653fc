using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetVision.MlNet;

/// <summary>
/// A chain that begins with a column of images, of their files or of their paths. It is built for the actual type of the column, because
/// ML.NET's custom mappings compare it by reference with the declared one, and for the columns beside it, so that its own do not clash.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="expected">The expected types, for messages.</param>
/// <param name="build">Makes the chain for a type, given the names of all columns; null where the type is not supported.</param>
internal sealed class ImageColumnEstimator(
    string column, string expected, Func<DataViewType, IReadOnlySet<string>, IEstimator<ITransformer>?> build) : IEstimator<ITransformer>
{
    // ML.NET asks for the schema before it fits: a chain, which opens the network, is built once for both. Each fit has a chain of its own,
    // because ML.NET's estimator of a network hands out one transformer, and whoever disposes it ends the others.
    private Asked? _asked;

    public ITransformer Fit(IDataView input)
    {
        var found = input.Schema.GetColumnOrNull(column) ?? throw Missing(input.Schema.Select(c => c.Name));
        var chain = Build(found.Type, Names(input.Schema.Select(c => c.Name)));
        _asked = null;
        return chain.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var found = inputSchema.Where(c => c.Name == column).ToList();
        if (found.Count == 0) throw Missing(inputSchema.Select(c => c.Name));
        var (type, names) = (TypeOf(found[0]), Names(inputSchema.Select(c => c.Name)));
        var chain = Build(type, names);
        _asked = new(type, names, chain);
        return chain.GetOutputSchema(inputSchema);
    }

    private IEstimator<ITransformer> Build(DataViewType type, HashSet<string> names) =>
        _asked is { } asked && (ReferenceEquals(asked.Type, type) || (type is VectorDataViewType && type.Equals(asked.Type)))
            && asked.Names.SetEquals(names)
        ? asked.Chain
        : build(type, names) ?? throw new ArgumentException($"The column '{column}' holds {type}; expected {expected}.");

    // A schema shape has the type of a vector's items alone.
    private static DataViewType TypeOf(SchemaShape.Column column) =>
        column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType is PrimitiveDataViewType item
        ? new VectorDataViewType(item)
        : column.ItemType;

    private static HashSet<string> Names(IEnumerable<string> columns) => columns.ToHashSet(StringComparer.Ordinal);

    private ArgumentException Missing(IEnumerable<string> columns) =>
        new($"There is no column '{column}'; expected {expected} there. Columns: {string.Join(", ", columns)}.");

    private sealed record Asked(DataViewType Type, HashSet<string> Names, IEstimator<ITransformer> Chain);
}
