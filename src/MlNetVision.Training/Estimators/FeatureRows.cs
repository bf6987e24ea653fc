using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetVision.Training;

/// <summary>Reads rows of a data view into memory.</summary>
internal static class FeatureRows
{
    /// <summary>Features and labels; rows without a label are left out.</summary>
    public static LabeledFeatures Read(IDataView data, string features, string label)
    {
        var (x, y) = (Find(data.Schema, features), Find(data.Schema, label));
        if (x.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var item } } || item != typeof(float))
            throw new ArgumentException($"The feature column '{features}' holds {x.Type}; expected a vector of floats of known size.");
        LabelKeys.Count(y);
        var (rows, labels) = (new List<ReadOnlyMemory<float>>(), new List<int>());
        using var cursor = data.GetRowCursor([x, y]);
        var getRow = cursor.GetGetter<VBuffer<float>>(x);
        var getLabel = cursor.GetGetter<uint>(y);
        VBuffer<float> row = default;
        var key = 0u;
        while (cursor.MoveNext())
        {
            getLabel(ref key);
            if (key == 0) continue;
            getRow(ref row);
            rows.Add(row.DenseValues().ToArray());
            labels.Add((int)key - 1);
        }
        return new LabeledFeatures(rows, labels);
    }

    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(c => c.Name));

    public static ArgumentException Missing(string name, IEnumerable<string> columns) =>
        new($"There is no column '{name}'. Columns: {string.Join(", ", columns)}.");
}
