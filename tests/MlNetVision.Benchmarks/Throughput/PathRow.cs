namespace MlNetVision.Benchmarks;

/// <summary>A row with the path of a picture.</summary>
internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";
}
