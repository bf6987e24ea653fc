namespace MlNetVision.Imaging;

/// <summary>How the shorter length of a letterboxed image is rounded to whole pixels. One pixel more or less moves all others a little.</summary>
public enum LetterboxRounding
{
    /// <summary>Down, as Darknet's <c>letterbox_image</c> does with integers.</summary>
    Down,

    /// <summary>To the nearest whole pixel.</summary>
    Nearest,
}
