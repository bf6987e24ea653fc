namespace MlNetVision.Training.Style;

/// <summary>The initial image of an optimisation.</summary>
public enum StyleStart
{
    /// <summary>The photo.</summary>
    Content,

    /// <summary>Noise, by the seed: normally distributed about the middle of the range, 127.5, with a deviation of 40 levels.</summary>
    Noise,

    /// <summary>The caller's image, resized.</summary>
    Image,
}
