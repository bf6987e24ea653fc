namespace MlNetVision.Imaging;

/// <summary>How an image is fitted to a network's input of another aspect ratio.</summary>
public enum ResizeMode
{
    /// <summary>Both axes are scaled independently, so that the image fills the input; shapes are distorted.</summary>
    Stretch,

    /// <summary>One scale for both axes, so that all of the image fits; it is centred and the rest is padded, as Darknet does.</summary>
    Letterbox,

    /// <summary>One scale for both axes, so that the image covers the input; two sides are cropped equally.</summary>
    Crop,
}
