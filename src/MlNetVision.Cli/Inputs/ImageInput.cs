namespace MlNetVision.Cli.Inputs;

/// <summary>One image to work on, or an input that leads to none.</summary>
/// <param name="Path">The file as the user gave it or as it was found below what the user gave; <c>-</c> for standard input.</param>
/// <param name="RelativeName">What the output folder calls it: the path below the given folder, else the file's name.</param>
/// <param name="Error">Why there is no image, or null.</param>
internal sealed record ImageInput(string Path, string RelativeName, string? Error = null)
{
    public bool IsStandardInput => Path == ImageInputs.StandardInput;
}
