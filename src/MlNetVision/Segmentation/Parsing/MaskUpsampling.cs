namespace MlNetVision.Segmentation;

/// <summary>How the network's answer becomes a mask of the image's size.</summary>
public enum MaskUpsampling
{
    /// <summary>Scores are interpolated bilinearly and each pixel takes the class of the largest: smooth borders. Class maps have no scores and take the nearest.</summary>
    Scores,

    /// <summary>Each pixel takes the class of the nearest element.</summary>
    Classes,
}
