namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>A box as a file says it, in pixels; its corners may be swapped or lie outside the image.</summary>
internal readonly record struct BoxCorners(double Left, double Top, double Right, double Bottom)
{
    public bool AreFinite => double.IsFinite(Left) && double.IsFinite(Top) && double.IsFinite(Right) && double.IsFinite(Bottom);

    public bool AreSwapped => Right < Left || Bottom < Top;

    public BoxCorners PutRight() => new(Math.Min(Left, Right), Math.Min(Top, Bottom), Math.Max(Left, Right), Math.Max(Top, Bottom));

    public BoxCorners Clip(int width, int height) => new(Math.Max(0, Left), Math.Max(0, Top), Math.Min(width, Right), Math.Min(height, Bottom));

    /// <summary>How far, in pixels, another box lies outside this one.</summary>
    public double Overhang(BoxCorners other) =>
        Math.Max(Math.Max(Left - other.Left, Top - other.Top), Math.Max(other.Right - Right, other.Bottom - Bottom));

    public BoundingBox ToBox() => new((float)Left, (float)Top, (float)Right, (float)Bottom);
}
