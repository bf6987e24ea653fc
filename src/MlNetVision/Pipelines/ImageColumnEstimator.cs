using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetVision.Pipelines;

/// <summary>
/// A chain that begins with a column of images. ML.NET's custom mappings compare the column's type by reference with the
/// one they declare, so the chain is built for the very type that the column turns out to have.
/// </summary>
internal sealed class ImageColumnEstimator(string column, Func<DataViewType, IEstimator<ITransformer>> build) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input)
    {
        var found = input.Schema.GetColumnOrNull(column) ?? throw Missing(input.Schema.Select(c => c.Name));
        return build(Images(found.Type)).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var found = inputSchema.Where(c => c.Name == column).ToList();
        if (found.Count == 0) throw Missing(inputSchema.Select(c => c.Name));
        return build(Images(found[0].ItemType)).GetOutputSchema(inputSchema);
    }

    private DataViewType Images(DataViewType type) => type.RawType == typeof(MLImage)
        ? type
        : throw new ArgumentException($"The column '{column}' holds {type}; expected images (MLImage).");

    private ArgumentException Missing(IEnumerable<string> columns) =>
        new($"There is no column '{column}'; expected images (MLImage) there. Columns: {string.Join(", ", columns)}.");
}
