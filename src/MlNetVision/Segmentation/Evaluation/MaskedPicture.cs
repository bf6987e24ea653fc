namespace MlNetVision.Segmentation.Evaluation;

/// <summary>A picture with the true mask of its classes.</summary>
/// <param name="Name">Both files' path below their folders, without extension and with forward slashes: unique in the data set.</param>
/// <param name="Picture">The picture's file; it existed when the data set was opened.</param>
/// <param name="Mask">The mask's file, likewise.</param>
public sealed record MaskedPicture(string Name, string Picture, string Mask);
