namespace MlNetVision.Gradients.Tests.Optimizers;

/// <summary>Makes tensors with seeded values and gradients.</summary>
internal static class Tensors
{
    public static TrainableTensor Random(string name, int seed, params long[] shape)
    {
        var random = new Random(seed);
        var tensor = new TrainableTensor(name, shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
        foreach (ref var v in tensor.Values.AsSpan()) v = (float)((random.NextDouble() * 2) - 1);
        Fill(tensor, seed + 1);
        return tensor;
    }

    public static void Fill(TrainableTensor tensor, int seed)
    {
        var random = new Random(seed);
        foreach (ref var g in tensor.Gradient.AsSpan()) g = (float)((random.NextDouble() * 2) - 1);
    }
}
