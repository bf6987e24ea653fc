using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Vision;

/// <summary>
/// Trains an object detector, with the columns of Microsoft.ML.TorchSharp's trainer of that name. The input is images with the boxes and labels of their
/// objects; the output is the columns PredictedLabel, PredictedBoundingBoxes and Score. The trained model can be saved; apps that load it need the
/// library MlNetVision, but neither this one nor TorchSharp.
/// </summary>
public sealed partial class ObjectDetectionTrainer : IEstimator<ITransformer>
{
    private const string IndexColumn = LabelKeys.IndexColumn;

    private readonly Options _options;

    internal ObjectDetectionTrainer(Options options) => _options = options;

    /// <summary>The result of the last call of <see cref="Fit"/>: the network, the epochs, the evaluation; null before.</summary>
    public TrainedDetector? Trained { get; private set; }

    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, a row has not four numbers per label, an option is out of its range, or
    /// the workspace has a file of another purpose under the checkpoint's name.</exception>
    /// <exception cref="BadDataSetException">No image can be used, or the validation rows have other classes.</exception>
    /// <exception cref="BadModelException">The network or what training starts with cannot be read or trained.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step was done.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var label = FeatureRows.Find(input.Schema, _options.LabelColumnName);
        var (trained, classes) = Train(input);
        Trained = trained;
        foreach (var unreadable in trained.Unreadable) _options.Log?.Invoke(unreadable.Error);
        if (_options.Workspace is { } workspace && !trained.IsCancelled) DetectorRun.Forget(workspace);
        // The start's classes may stand in another order than the keys.
        var names = LabelKeys.UniqueNames(label);
        int[] order = [.. classes.Select(name => Array.IndexOf(names, name))];
        var context = new MLContext();
        return Chain(context, trained.Model, (output, index) => LabelKeys.Map(context, output, index, label, order)).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var label = LabelKeys.Find(inputSchema, _options.LabelColumnName);
        var context = new MLContext();
        return Chain(context, StandIn(), (output, index) => LabelKeys.Map(context, output, index, label)).GetOutputSchema(inputSchema);
    }

    private (TrainedDetector Detector, IReadOnlyList<string> Classes) Train(IDataView input)
    {
        using var rows = new DetectionRows(_options);
        var (train, validation) = Split(rows, input);
        var start = DetectorStart.Create(train, new DetectorStartOptions
        {
            Network = _options.Network, Start = _options.Start, Size = _options.Size, Seed = _options.Seed,
        });
        var detector = DetectorTrainer.Train(start, train, validation, _options.ToTraining(), Run(), _options.CancellationToken);
        return (detector, start.Labels);
    }

    private (DetectionDataSet Train, DetectionDataSet? Validation) Split(DetectionRows rows, IDataView input)
    {
        var all = rows.Read(input, "train");
        return _options switch
        {
            { ValidationSet: { } set } => (all, rows.Read(set, "validation").WithClasses(all.ClassNames)),
            { ValidationSetFraction: { } fraction } => all.Split(1 - fraction, _options.Seed),
            _ => (all, null),
        };
    }

    private DetectorRun Run() => new()
    {
        Workspace = _options.Workspace,
        Log = _options.Log,
        Epoch = _options.MetricsCallback,
        Progress = _options.Log is not { } log ? null : progress =>
        {
            if (progress.Step % _options.LogEveryNStep == 0 || progress.Step == progress.Steps)
                log(FormattableString.Invariant($"step {progress.Step} of {progress.Steps}, epoch {progress.Epoch}: loss {progress.Losses.Total:0.000}"));
        },
    };

    private EstimatorChain<ITransformer> Chain(MLContext context, OnnxModel model, Func<string, string, IEstimator<ITransformer>> map) =>
        new EstimatorChain<ITransformer>()
        .Append(context.Transforms.DetectObjects(model, _options.DetectionsColumnName, _options.ImageColumnName, new ObjectDetectorOptions
        {
            Adjust = o => o with
            {
                Confidence = (float)_options.ScoreThreshold, Suppression = o.Suppression with { IoU = (float)_options.IOUThreshold },
            },
        }))
        .Append(context.Transforms.ListDetections(
            _options.PredictedBoundingBoxColumnName, _options.ScoreColumnName, IndexColumn, _options.DetectionsColumnName))
        .Append(map(_options.PredictedLabelColumnName, IndexColumn))
        .Append<ITransformer>(context.Transforms.DropColumns(IndexColumn));

    /// <summary>A network of the same form, for schemas: the columns do not depend on the training.</summary>
    private static OnnxModel StandIn()
    {
        var network = DarknetTrainingNetwork.Parse("""
            [net]
            width=32
            height=32
            channels=3
            [convolutional]
            filters=7
            size=1
            stride=1
            activation=linear
            [region]
            anchors=1,1
            classes=2
            coords=4
            num=1
            """, "stand-in", new DarknetTrainingOptions());
        return DarknetFiles.Of(network, network.Model, 0, ["a", "b"]).Import();
    }
}

/// <summary>The object detection of Microsoft.ML.TorchSharp's catalog, by this library.</summary>
public static class ObjectDetectionCatalog
{
    /// <summary>Trains an object detector, with options of choice.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    public static ObjectDetectionTrainer ObjectDetection(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ObjectDetectionTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ObjectDetectionTrainer(options);
    }

    /// <summary>Trains an object detector.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The column of labels: a vector of keys, one per box.</param>
    /// <param name="predictedLabelColumnName">The output column of predicted labels: a vector of keys.</param>
    /// <param name="scoreColumnName">The output column of scores: a vector of float.</param>
    /// <param name="boundingBoxColumnName">The column of boxes: a vector of float, left, top, right and bottom of each, in pixels.</param>
    /// <param name="predictedBoundingBoxColumnName">The output column of predicted boxes, likewise.</param>
    /// <param name="imageColumnName">The column of images, or of their paths.</param>
    /// <param name="maxEpoch">The number of epochs.</param>
    public static ObjectDetectionTrainer ObjectDetection(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string scoreColumnName = "Score", string boundingBoxColumnName = "BoundingBoxes",
        string predictedBoundingBoxColumnName = "PredictedBoundingBoxes", string imageColumnName = "Image", int maxEpoch = 100) =>
        catalog.ObjectDetection(new ObjectDetectionTrainer.Options
        {
            LabelColumnName = labelColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ScoreColumnName = scoreColumnName,
            BoundingBoxColumnName = boundingBoxColumnName,
            PredictedBoundingBoxColumnName = predictedBoundingBoxColumnName,
            ImageColumnName = imageColumnName,
            MaxEpoch = maxEpoch,
        });

    /// <summary>Evaluates the detections of rows.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The rows, with labels and predictions.</param>
    /// <param name="labelCol">The labels: a vector of keys or of text, one per box.</param>
    /// <param name="actualBoundingBoxColumn">The boxes: a vector of float, left, top, right and bottom of each.</param>
    /// <param name="predictedLabelCol">The predicted labels, as <paramref name="labelCol"/>.</param>
    /// <param name="predictedBoundingBoxColumn">The predicted boxes, as <paramref name="actualBoundingBoxColumn"/>.</param>
    /// <param name="scoreCol">The scores: a vector of float. For a true average precision the model's threshold must be low, such as 0.005.</param>
    /// <exception cref="ArgumentException">A column is of another type, or the vectors of a row do not fit together.</exception>
    public static ObjectDetectionMetrics EvaluateObjectDetection(
        this MulticlassClassificationCatalog catalog, IDataView data, DataViewSchema.Column labelCol, DataViewSchema.Column actualBoundingBoxColumn,
        DataViewSchema.Column predictedLabelCol, DataViewSchema.Column predictedBoundingBoxColumn, DataViewSchema.Column scoreCol)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return new(DetectionRows.Evaluate(data, (labelCol, actualBoundingBoxColumn), (predictedLabelCol, predictedBoundingBoxColumn), scoreCol));
    }
}
