namespace MlNetVision.Style;

/// <summary>The colours of a photo that its stylised image keeps.</summary>
public enum ColorPreservation
{
    /// <summary>None: the colours are the style's.</summary>
    None,

    /// <summary>
    /// The photo's chroma under the stylised image's luminance, Y of ITU-R BT.601: "luminance-only transfer" of Gatys, Bethge,
    /// Hertzmann, Shechtman, arXiv:1606.05897, section 3. Where that colour does not exist, it fades towards grey of that luminance.
    /// </summary>
    Luminance,

    /// <summary>
    /// The photo's distribution of colours: a linear map gives the stylised colours the photo's mean and covariance (as in arXiv:1606.05897,
    /// section 4.1), and then each channel's cumulative histogram is matched to the photo's (Gonzalez
    /// and Woods, Digital Image Processing, "histogram matching").
    /// </summary>
    Histogram,
}
