namespace MlNetVision.Models;

/// <summary>How far the pull of one file of a model is.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Received">The bytes that are there, with those of an earlier, interrupted pull.</param>
/// <param name="Size">The bytes of the whole file.</param>
public readonly record struct DownloadProgress(string File, long Received, long Size)
{
    /// <summary>The part that is there, 0 to 1.</summary>
    public double Fraction => Size == 0 ? 1 : (double)Received / Size;
}
