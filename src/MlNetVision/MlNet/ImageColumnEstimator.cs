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
    public ITransformer Fit(IDataView input)
    {
        var found = input.Schema.GetColumnOrNull(column) ?? throw Missing(input.Schema.Select(c => c.Name));
        return Build(found.Type).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var found = inputSchema.Where(c => c.Name == column).ToList();
        if (found.Count == 0) throw Missing(inputSchema.Select(c => c.Name));
        return Build(found[0].ItemType).GetOutputSchema(inputSchema);
    }

    private IEstimator<ITransformer> Build(DataViewType type) =>
        build(type) ?? throw new ArgumentException($"The column '{column}' holds {type}; expected {expected}.");

    private ArgumentException Missing(IEnumerable<string> columns) =>
        new($"There is no column '{column}'; expected {expected} there. Columns: {string.Join(", ", columns)}.");
}
