using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetVision.Training;

/// <summary>
/// Turns class indices into keys with the values of a label column, so that <c>MapKeyToValue</c> and <c>Evaluate</c> take them as they
/// take the labels. The work is done by ML.NET's own mappings, which can be saved.
/// </summary>
internal static class LabelKeys
{
    /// <summary>The column of class indices between a network's scores and their keys; chains drop it.</summary>
    public const string IndexColumn = "MlNetVision.Training.ClassIndex";

    private static readonly MethodInfo Typed = typeof(LabelKeys).GetMethod(nameof(MapTo), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>The number of classes of a label column.</summary>
    /// <exception cref="ArgumentException">The column holds no keys.</exception>
    public static int Count(DataViewSchema.Column label) => label.Type is KeyDataViewType { Count: > 0 and <= int.MaxValue } key
        ? (int)key.Count
        : throw NoKeys(label.Name, label.Type);

    /// <summary>The label column of a schema that is not known yet but for its types.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it holds no keys.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string name)
    {
        var label = schema.FirstOrDefault(c => c.Name == name);
        if (label.Name is null) throw FeatureRows.Missing(name, schema.Select(c => c.Name));
        return label.IsKey ? label : throw NoKeys(name, label.ItemType);
    }

    /// <summary>The number of classes of a column of several labels per row.</summary>
    /// <exception cref="ArgumentException">The column holds no vectors of keys.</exception>
    public static int CountOfVector(DataViewSchema.Column labels) => labels.Type is VectorDataViewType { ItemType: KeyDataViewType { Count: > 0 and <= int.MaxValue } key }
        ? (int)key.Count
        : throw new ArgumentException($"The label column '{labels.Name}' holds {labels.Type}; expected a vector of keys, one per box, such as "
            + "Conversion.MapValueToKey makes of a vector.");

    private static ArgumentException NoKeys(string label, DataViewType type) =>
        new($"The label column '{label}' holds {type}; expected keys, such as Conversion.MapValueToKey makes.");

    /// <summary>The names of the classes, as text; with their numbers where some are empty or equal.</summary>
    public static string[] UniqueNames(DataViewSchema.Column label)
    {
        var names = Names(label);
        return names.Any(string.IsNullOrWhiteSpace) || names.Distinct(StringComparer.Ordinal).Count() < names.Length
            ? [.. names.Select((name, i) => FormattableString.Invariant($"{i}: {name}"))]
            : names;
    }

    /// <summary>The names of the classes, as text.</summary>
    public static string[] Names(DataViewSchema.Column label)
    {
        var type = ValueType(label.Annotations.Schema);
        return [.. Values(label, type).Cast<object>().Select(v => Convert.ToString(v, System.Globalization.CultureInfo.InvariantCulture)!)];
    }

    /// <summary>The step from indices to keys.</summary>
    /// <param name="context">What makes transforms.</param>
    /// <param name="output">The column of keys.</param>
    /// <param name="index">The column of indices, uint from 0.</param>
    /// <param name="label">The label column.</param>
    /// <param name="order">The number of each index's label, from 0; null: they are the same.</param>
    public static IEstimator<ITransformer> Map(
        MLContext context, string output, string index, DataViewSchema.Column label, IReadOnlyList<int>? order = null)
    {
        var type = ValueType(label.Annotations.Schema);
        return Map(context, output, index, type, Values(label, type), order);
    }

    /// <summary>The same step for a schema that is not known yet but for the label's values.</summary>
    public static IEstimator<ITransformer> Map(MLContext context, string output, string index, SchemaShape.Column label)
    {
        var values = label.Annotations.FirstOrDefault(a => a.Name == AnnotationName);
        var type = values.Name is null ? typeof(uint) : values.ItemType.RawType;
        return Map(context, output, index, type, Array.CreateInstance(type, 2));
    }

    private const string AnnotationName = "KeyValues";

    private static IEstimator<ITransformer> Map(
        MLContext context, string output, string index, Type type, Array values, IReadOnlyList<int>? order = null) =>
        (IEstimator<ITransformer>)Typed.MakeGenericMethod(type).Invoke(null, [context, output, index, values, order])!;

    private static EstimatorChain<ValueToKeyMappingTransformer> MapTo<T>(
        MLContext context, string output, string index, T[] values, IReadOnlyList<int>? order)
    {
        var ordered = order?.Select(number => values[number]) ?? values;
        var pairs = context.Data.LoadFromEnumerable(ordered.Select((value, i) => new Pair<T> { Index = (uint)i, Value = value }).ToArray());
        var keys = context.Data.LoadFromEnumerable(values.Distinct().Select(value => new Single<T> { Value = value }).ToArray());
        return context.Transforms.Conversion.MapValue(output, pairs, pairs.Schema[nameof(Pair<T>.Index)], pairs.Schema[nameof(Pair<T>.Value)], index)
            .Append(context.Transforms.Conversion.MapValueToKey(output, keyData: keys));
    }

    // Keys without values are known by their numbers.
    private static Type ValueType(DataViewSchema annotations) =>
        annotations.GetColumnOrNull(AnnotationName)?.Type is VectorDataViewType values ? values.ItemType.RawType : typeof(uint);

    private static Array Values(DataViewSchema.Column label, Type type) => label.Annotations.Schema.GetColumnOrNull(AnnotationName) is null
        ? Enumerable.Range(0, label.Type is VectorDataViewType ? CountOfVector(label) : Count(label)).Select(i => (uint)i).ToArray()
        : (Array)typeof(LabelKeys).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type)
            .Invoke(null, [label])!;

    private static T[] Read<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues()];
    }

    private sealed class Pair<T>
    {
        public uint Index { get; set; }

        public T Value { get; set; } = default!;
    }

    private sealed class Single<T>
    {
        public T Value { get; set; } = default!;
    }
}
