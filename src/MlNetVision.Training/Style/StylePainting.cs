using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>A painting whose style is transferred, alone or with others.</summary>
/// <param name="Image">The painting; it is not changed.</param>
/// <param name="Weight">Its weight among the paintings, 0 or more; only ratios matter.</param>
public readonly record struct StylePainting(RgbImage Image, float Weight = 1);
