namespace MlNetVision.Training.Style;

/// <summary>What an optimised image starts from.</summary>
public enum StyleStart
{
    /// <summary>The photo.</summary>
    Content,

    /// <summary>Noise, by the seed: normally distributed about the middle of the range, 127.5, with a deviation of 40 levels.</summary>
    Noise,

    /// <summary>An image of the caller's, brought to the size.</summary>
    Image,
}
