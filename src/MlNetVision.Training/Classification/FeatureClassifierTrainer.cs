using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>
/// Trains a head, softmax or dense, on a column of features such as a featurizer makes. The trained model is ML.NET's transform of an
/// ONNX network, followed by steps that give the columns Score and PredictedLabel; it can be saved.
/// </summary>
public sealed class FeatureClassifierTrainer : IEstimator<ITransformer>
{
    private readonly FeatureClassifierOptions _options;

    internal FeatureClassifierTrainer(FeatureClassifierOptions options) => _options = options;

    /// <summary>The epochs of the last call of <see cref="Fit"/>.</summary>
    public IReadOnlyList<EpochMetrics> History { get; private set; } = [];

    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are no rows, or an option is out of its range.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var label = FeatureRows.Find(input.Schema, _options.LabelColumnName);
        var classes = LabelKeys.Count(label);
        var rows = FeatureRows.Read(input, _options.FeatureColumnName, _options.LabelColumnName);
        var validation = _options.ValidationSet is null ? null
            : FeatureRows.Read(_options.ValidationSet, _options.FeatureColumnName, _options.LabelColumnName);
        var trained = HeadTrainer.Train(rows, validation, classes, _options.Training, _options.Run);
        History = trained.History;
        trained.Model.SetNames(LabelKeys.Names(label));
        var context = new MLContext();
        return Chain(context, trained.Model, (output, index) => LabelKeys.Map(context, output, index, label)).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var label = LabelKeys.Find(inputSchema, _options.LabelColumnName);
        var context = new MLContext();
        var head = HeadGraph.Fold(HeadGraph.Build(ClassifierHead.Softmax, 1, 2, 1, 0), Output);
        return Chain(context, head, (output, index) => LabelKeys.Map(context, output, index, label)).GetOutputSchema(inputSchema);
    }

    private const string Output = "probabilities";

    private EstimatorChain<ColumnSelectingTransformer> Chain(MLContext context, OnnxModel head, Func<string, string, IEstimator<ITransformer>> map) =>
        context.Transforms
        .ScoreFeatures(head, _options.FeatureColumnName, _options.ScoreColumnName, LabelKeys.IndexColumn)
        .Append(map(_options.PredictedLabelColumnName, LabelKeys.IndexColumn))
        .Append(context.Transforms.DropColumns(LabelKeys.IndexColumn));
}

/// <summary>The columns and settings of <see cref="FeatureClassifierTrainer"/>.</summary>
public sealed record FeatureClassifierOptions
{
    /// <summary>The column of features: a vector of floats of known size. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column of labels: keys, such as <c>MapValueToKey</c> gives. Rows without a label are left out. Default: Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of probabilities, one per class. Default: Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of predicted labels: keys with the values of the labels. Default: PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The settings of the training.</summary>
    public ClassifierTrainingOptions Training { get; init; } = new();

    /// <summary>The validation rows, evaluated after each epoch; null (default): none.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Callbacks and checkpoint; null (default): none.</summary>
    public TrainingRun? Run { get; init; }
}

/// <summary>Trainers of this library in <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class ClassifierTrainersCatalog
{
    /// <summary>Trains softmax on a column of features, such as a featurizer makes of images.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">The column of labels: keys.</param>
    /// <param name="featureColumnName">The column of features: a vector of floats of known size.</param>
    /// <param name="training">The settings of the training; null: the defaults.</param>
    public static FeatureClassifierTrainer FeatureClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label", string featureColumnName = "Features", ClassifierTrainingOptions? training = null) =>
        trainers.FeatureClassifier(new FeatureClassifierOptions
        {
            LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName, Training = training ?? new ClassifierTrainingOptions(),
        });

    /// <summary>Trains a head on a column of features.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Columns and training.</param>
    public static FeatureClassifierTrainer FeatureClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, FeatureClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new FeatureClassifierTrainer(options);
    }
}

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
