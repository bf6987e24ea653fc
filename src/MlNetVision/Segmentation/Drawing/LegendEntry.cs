using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>A line of a legend. Without colour it has no swatch; a hollow swatch stands for a class that is left as it is.</summary>
internal readonly record struct LegendEntry(string Label, string Share, RgbColor? Color, bool Hollow);
