namespace MlNetVision.Training;

/// <summary>One of several files with the same content.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="InValidation">Whether it stands in the validation set; else in the training set.</param>
public readonly record struct ImageCopy(string Path, string Label, bool InValidation);
