namespace MlNetVision.Benchmarks;

/// <summary>A row with the path of an image.</summary>
internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";
}
