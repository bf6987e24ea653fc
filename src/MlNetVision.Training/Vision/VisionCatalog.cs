using Microsoft.ML;

namespace MlNetVision.Training.Vision;

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
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features",
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
