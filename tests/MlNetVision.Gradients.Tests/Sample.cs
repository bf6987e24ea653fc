namespace MlNetVision.Gradients.Tests;

/// <summary>A float input of random values in a range.</summary>
internal sealed record Sample(string Name, long[] Shape, double Low = -2, double High = 2)
{
    public int Count => (int)Shape.Aggregate(1L, (a, b) => a * b);
}
