using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>A painting whose style is taken, beside others or alone.</summary>
/// <param name="Image">The painting; it is left as it is.</param>
/// <param name="Weight">How much it counts beside the others, from 0; only ratios count.</param>
public readonly record struct StylePainting(RgbImage Image, float Weight = 1);
