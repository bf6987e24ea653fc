namespace MlNetVision.Training.Style;

/// <summary>Normally distributed numbers: Box and Muller, "A note on the generation of random normal deviates", 1958.</summary>
internal static class Gaussian
{
    /// <summary>A number about 0 of a standard deviation.</summary>
    public static double Next(Random random, double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
