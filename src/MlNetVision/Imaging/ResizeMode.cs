namespace MlNetVision.Imaging;

/// <summary>How an image of one shape is brought to a network's input of another.</summary>
public enum ResizeMode
{
    /// <summary>Both axes are scaled on their own, so that the image fills the input; shapes are distorted.</summary>
    Stretch,

    /// <summary>One scale for both axes, so that all of the image fits; it is centred and the rest is padded, as Darknet does.</summary>
    Letterbox,

    /// <summary>One scale for both axes, so that the image covers the input; what stands over at two sides is cut off equally.</summary>
    Crop,
}
