namespace MlNetVision.Segmentation.Evaluation;

/// <summary>An image with the true mask of its classes.</summary>
/// <param name="Name">Both files' path below their folders, without extension and with forward slashes: unique in the data set.</param>
/// <param name="Image">The image's file; it existed when the data set was opened.</param>
/// <param name="Mask">The mask's file, likewise.</param>
public sealed record MaskedImage(string Name, string Image, string Mask)
{
    /// <summary>Reads the true mask.</summary>
    /// <param name="labels">The names of the classes; null: none. Indices beyond them are left as they are.</param>
    /// <exception cref="BadDataSetException">The file is missing or no PNG of indices; see <see cref="MaskPng.Load"/>.</exception>
    public SegmentationMask ReadMask(IReadOnlyList<string>? labels = null)
    {
        try
        {
            return MaskPng.Load(Mask, labels);
        }
        catch (BadImageException e)
        {
            throw new BadDataSetException($"The mask of {Image} cannot be used: {e.Message}", e);
        }
    }
}
