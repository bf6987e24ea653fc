using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.MlNet;
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
        var validation = _options.ValidationSet is null ? null : FeatureRows.Read(_options.ValidationSet, _options.FeatureColumnName, _options.LabelColumnName);
        var trained = HeadTrainer.Train(rows, validation, classes, _options.Training, _options.Run);
        History = trained.History;
        var context = new MLContext();
        return Chain(context, trained.Model, (output, index) => LabelKeys.Map(context, output, index, label)).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var label = inputSchema.FirstOrDefault(c => c.Name == _options.LabelColumnName);
        if (label.Name is null) throw FeatureRows.Missing(_options.LabelColumnName, inputSchema.Select(c => c.Name));
        if (!label.IsKey) throw LabelKeys.NoKeys(label.Name, label.ItemType);
        var context = new MLContext();
        var head = HeadGraph.Fold(HeadGraph.Build(ClassifierHead.Softmax, 1, 2, 1, 0), Output);
        return Chain(context, head, (output, index) => LabelKeys.Map(context, output, index, label)).GetOutputSchema(inputSchema);
    }

    private const string Output = "probabilities";

    private EstimatorChain<ColumnSelectingTransformer> Chain(MLContext context, OnnxModel head, Func<string, string, IEstimator<ITransformer>> map) => context.Transforms
        .ScoreFeatures(head, _options.FeatureColumnName, _options.ScoreColumnName, LabelKeys.IndexColumn)
        .Append(map(_options.PredictedLabelColumnName, LabelKeys.IndexColumn))
        .Append(context.Transforms.DropColumns(LabelKeys.IndexColumn));
}
