namespace MlNetVision.Models;

/// <summary>The progress of the pull of one file.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Received">The bytes received, with those of an earlier, interrupted pull.</param>
/// <param name="Size">The bytes of the whole file.</param>
public readonly record struct DownloadProgress(string File, long Received, long Size)
{
    /// <summary>The part received, 0 to 1.</summary>
    public double Fraction => Size == 0 ? 1 : (double)Received / Size;
}
