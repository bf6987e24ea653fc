using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>A line of a legend. Without colour it has no swatch; a hollow swatch stands for a class that is not coloured.</summary>
internal readonly record struct LegendEntry(string Label, string Share, RgbColor? Color, bool Hollow);
