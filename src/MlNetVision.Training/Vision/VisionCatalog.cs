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
    /// <param name="scoreColumnName">The column of probabilities that the model makes.</param>
    /// <param name="predictedLabelColumnName">The column of answers that the model makes.</param>
    /// <param name="validationSet">Rows to measure by; null: a tenth of the training rows.</param>
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
