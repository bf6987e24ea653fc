namespace MlNetVision.Training;

/// <summary>Pictures with their features, row by row.</summary>
/// <param name="Images">The pictures that can be read.</param>
/// <param name="Rows">Their features and classes.</param>
internal sealed record PictureSet(LabeledImages Images, LabeledFeatures Rows);
