namespace MlNetVision.Detection;

/// <summary>The width and height of an anchor (prior box).</summary>
/// <param name="Width">Width; the unit is that of the <see cref="YoloHead"/> it belongs to.</param>
/// <param name="Height">Height, in the same unit.</param>
public readonly record struct AnchorSize(float Width, float Height);
