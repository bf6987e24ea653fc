using Microsoft.ML;
using MlNetVision.Training.Tests.Classification;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>Trainings in one workspace, on two sets of 6 images.</summary>
internal sealed class WorkspaceRuns : IDisposable
{
    private readonly ColourFolders _workspace = new(0, 0);
    private readonly TemporaryFile _network = new(".onnx");

    public WorkspaceRuns() => TinyBackbone.Build().Save(_network.Path);

    public ColourFolders Train { get; } = new(2, 1);

    public ColourFolders Validation { get; } = new(2, 2);

    public string Folder => _workspace.Path;

    /// <summary>Trains.</summary>
    /// <param name="reuseTrain">Whether kept features of training images are used again.</param>
    /// <param name="reuseValidation">Whether kept features of validation images are used again.</param>
    /// <param name="heldBack">The part of the training set that stands for the validation set; null: none.</param>
    /// <returns>How often the callback was told of features of either set, the network, and the scores of the validation images.</returns>
    public (int Train, int Validation, byte[] Model, float[][] Scores) Fit(bool reuseTrain, bool reuseValidation, float? heldBack = null)
    {
        var ml = new MLContext(1);
        var told = new List<ImageClassificationTrainer.ImageClassificationMetrics.Dataset>();
        var trainer = ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image", LabelColumnName = "LabelAsKey", Featurizer = _network.Path, Epoch = 2, WorkspacePath = Folder,
            ValidationSet = heldBack is null ? ImageRows.Of(ml, Validation) : null, ValidationSetFraction = heldBack,
            ReuseTrainSetBottleneckCachedValues = reuseTrain, TrainSetBottleneckCachedValuesFileName = "train features",
            ReuseValidationSetBottleneckCachedValues = reuseValidation, ValidationSetBottleneckCachedValuesFileName = "validation features",
            MetricsCallback = m =>
            {
                if (m.Bottleneck is { } features) told.Add(features.DatasetUsed);
            },
        });
        trainer.Fit(ImageRows.Of(ml, Train));
        var trained = trainer.Trained!;
        var train = told.Count(d => d == ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Train);
        return (train, told.Count - train, trained.Model.ToBytes(), [.. trained.Evaluation!.Cases.Select(c => c.Scores.ToArray())]);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _network.Dispose();
        Train.Dispose();
        Validation.Dispose();
    }
}
