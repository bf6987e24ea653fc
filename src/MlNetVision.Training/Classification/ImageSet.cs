using MlNetVision.Data;

namespace MlNetVision.Training;

/// <summary>Images with their features, row by row.</summary>
/// <param name="Images">The images that can be read.</param>
/// <param name="Rows">Their features and classes.</param>
internal sealed record ImageSet(LabeledImages Images, LabeledFeatures Rows);
