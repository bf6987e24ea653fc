using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Classification;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Vision;

/// <summary>
/// Trains an image classifier, with the API of Microsoft.ML.Vision's trainer: code written for that one changes its <c>using</c>. The input is
/// image files as bytes and labels as keys; the output is the columns Score and PredictedLabel. The trained model can be saved; apps that load
/// it need the library MlNetVision, but neither this one nor TensorFlow.
/// </summary>
public sealed partial class ImageClassificationTrainer : IEstimator<ITransformer>
{
    private readonly Options _options;

    internal ImageClassificationTrainer(Options options) => _options = options;

    /// <summary>The result of the last call of <see cref="Fit"/>: the network, the epochs, the evaluation; null before.</summary>
    public TrainedClassifier? Trained { get; private set; }

    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are no rows, an option is out of its range, or a name within
    /// the workspace is none, or that of something that no training wrote.</exception>
    /// <exception cref="BadModelException">The network is not there; the message says how it is pulled.</exception>
    /// <exception cref="BadDataSetException">No image of a class can be read.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var network = NetworkName();
        var names = WorkspaceNames.Of(_options, network);
        var label = FeatureRows.Find(input.Schema, _options.LabelColumnName);
        using var featurizer = Featurizer.Load(network, new FeaturizerOptions { Cut = _options.Cut });
        using var workspace = new Workspace(_options, names, featurizer);
        var all = workspace.Unpack(input, label);
        var (train, validation) = _options switch
        {
            { ValidationSet: { } set } => (all, workspace.Unpack(set, label)),
            { ValidationSetFraction: { } fraction } => all.Split(1 - fraction, _options.Seed),
            _ => (all, null),
        };
        workspace.Clear();
        var report = new MetricsReport(_options, train.Images.Count);
        Trained = ClassifierTrainer.Train(featurizer, train, validation, Training(train.Images.Count), run: new ClassifierRun
        {
            Cache = workspace.TrainCache, ValidationCache = workspace.ValidationCache, Workspace = workspace.Folder, Features = report,
                Progress = report.Report,
        });
        workspace.Finish(Trained);
        var context = new MLContext();
        return Chain(context, Trained.Model, (output, index) => LabelKeys.Map(context, output, index, label)).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var label = LabelKeys.Find(inputSchema, _options.LabelColumnName);
        var context = new MLContext();
        return Chain(context, StandIn(), (output, index) => LabelKeys.Map(context, output, index, label)).GetOutputSchema(inputSchema);
    }

    private string NetworkName()
    {
        if (_options.Featurizer is { } own) return own;
        var name = Networks[_options.Arch];
        if (ModelLocator.Bundled.Contains(name, StringComparer.Ordinal) || ModelCatalogue.Default.TryGet(name, out _)) return name;
        var file = Path.Combine(ModelFolder.Path, $"{name}.onnx");
        return File.Exists(file) ? file : throw new BadModelException(
            $"{_options.Arch}: the catalogue has no network of this architecture, and there is no {file}. Put an ONNX file of it there; or name "
            + $"another network by {nameof(Options)}.{nameof(Options.Featurizer)}: a file, or one of the catalogue, such as "
            + $"{Networks[Architecture.ResnetV250]} (fetch it by `mlnetvision model pull {Networks[Architecture.ResnetV250]}`).");
    }

    private ClassifierTrainingOptions Training(int rows) => new()
    {
        Head = _options.Head,
        Epochs = _options.Epoch,
        BatchSize = _options.BatchSize,
        LearningRate = _options.LearningRate,
        Rates = _options.LearningRateScheduler?.CreateRates(_options.BatchSize, (rows + _options.BatchSize - 1) / _options.BatchSize),
        EarlyStopping = _options.EarlyStoppingCriteria?.ToOurs(),
        Seed = _options.Seed,
    };

    private EstimatorChain<ColumnSelectingTransformer> Chain(MLContext context, OnnxModel model, Func<string, string,
        IEstimator<ITransformer>> map) => context.Transforms
        .ScoreEncodedImages(model, _options.FeatureColumnName, _options.ScoreColumnName, LabelKeys.IndexColumn)
        .Append(map(_options.PredictedLabelColumnName, LabelKeys.IndexColumn))
        .Append(context.Transforms.DropColumns(LabelKeys.IndexColumn));

    /// <summary>A network of the same form, for schemas: the columns do not depend on the training.</summary>
    private static OnnxModel StandIn()
    {
        var graph = new GraphWriter("stand-in");
        var mean = graph.Input("image", Onnx.Proto.TensorProto.Types.DataType.Float, 1, 3, 2, 2).Do("GlobalAveragePool");
        graph.Node("Flatten", HeadGraph.Features, [mean]);
        var model = graph.Build();
        GraphJoin.Append(model, HeadGraph.Fold(HeadGraph.Build(ClassifierHead.Softmax, 3, 2, 1, 0), "probabilities"));
        model.SetNames(["a", "b"]);
        return model;
    }
}

/// <summary>The trainer of Microsoft.ML.Vision, by this library.</summary>
public static class VisionCatalog
{
    /// <summary>Trains a classifier of images, with options of choice.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ImageClassificationTrainer(options);
    }

    /// <summary>Trains a classifier of images.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The column of labels: keys.</param>
    /// <param name="featureColumnName">The column of image files: bytes.</param>
    /// <param name="scoreColumnName">The output column of probabilities.</param>
    /// <param name="predictedLabelColumnName">The output column of predicted labels.</param>
    /// <param name="validationSet">The validation rows; null: a tenth of the training rows.</param>
    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
            string featureColumnName = "Features",
        string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassification(new ImageClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ValidationSet = validationSet,
        });
}
