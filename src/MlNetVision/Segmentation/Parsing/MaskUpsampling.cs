namespace MlNetVision.Segmentation;

/// <summary>How the network's output is upsampled to a mask of the image's size.</summary>
public enum MaskUpsampling
{
    /// <summary>Scores are interpolated bilinearly and each pixel takes the class of the largest: smooth borders. Class maps use the nearest element.</summary>
    Scores,

    /// <summary>Each pixel takes the class of the nearest element.</summary>
    Classes,
}
