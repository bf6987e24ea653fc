using Microsoft.ML;

namespace MlNetVision.Training;

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
