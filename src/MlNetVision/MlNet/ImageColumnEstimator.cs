using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetVision.MlNet;

/// <summary>
/// A chain that begins with a column of images or paths. ML.NET's custom mappings compare the column's type by reference with the
/// declared one, so the chain is built for the actual type of the column.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="expected">The expected types, for messages.</param>
/// <param name="build">Makes the chain for a type; null where the type is not supported.</param>
internal sealed class ImageColumnEstimator(
    string column, string expected, Func<DataViewType, IEstimator<ITransformer>?> build) : IEstimator<ITransformer>
{
    // ML.NET asks for the schema before it fits: a chain, which opens the network, is built once for both. Each fit has a chain of its own,
    // because ML.NET's estimator of a network hands out one transformer, and whoever disposes it ends the others.
    private Tuple<DataViewType, IEstimator<ITransformer>>? _asked;

    public ITransformer Fit(IDataView input)
    {
        var found = input.Schema.GetColumnOrNull(column) ?? throw Missing(input.Schema.Select(c => c.Name));
        var chain = Build(found.Type);
        _asked = null;
        return chain.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var found = inputSchema.Where(c => c.Name == column).ToList();
        if (found.Count == 0) throw Missing(inputSchema.Select(c => c.Name));
        var type = found[0].ItemType;
        var chain = Build(type);
        _asked = Tuple.Create(type, chain);
        return chain.GetOutputSchema(inputSchema);
    }

    private IEstimator<ITransformer> Build(DataViewType type) => _asked is { } asked && ReferenceEquals(asked.Item1, type)
        ? asked.Item2
        : build(type) ?? throw new ArgumentException($"The column '{column}' holds {type}; expected {expected}.");

    private ArgumentException Missing(IEnumerable<string> columns) =>
        new($"There is no column '{column}'; expected {expected} there. Columns: {string.Join(", ", columns)}.");
}
