using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>
/// Compares gradients with central differences (L(x + h) − L(x − h))/2h of L = Σ r·y, the outputs of a graph projected on random weights r.
/// The forward graph alone runs on ONNX Runtime in single precision; L is summed in double precision.
/// </summary>
internal static class FiniteDifferences
{
    private const double Tolerance = 1e-3;

    /// <summary>Small beside the distance of samples from kinks, large beside the rounding of single precision.</summary>
    private const double Step = 4e-3;

    /// <summary>Up to so many entries all are compared, at two runs each.</summary>
    private const int MostEntries = 3000;

    private const int FewEntries = 6;

    private const string Loss = "projection";

    /// <param name="model">A forward graph; it stays as it is.</param>
    /// <param name="samples">The float inputs that are differentiated by.</param>
    /// <param name="given">The other inputs.</param>
    /// <param name="seed">Gives the values and the weights r.</param>
    public static void Check(OnnxModel model, IReadOnlyList<Sample> samples, IReadOnlyDictionary<string, Feed>? given = null, int seed = 1)
    {
        var feeds = new Dictionary<string, Feed>(given ?? new Dictionary<string, Feed>());
        foreach (var (sample, values) in samples.Zip(Draw(samples, new Random(seed)))) feeds[sample.Name] = new Feed(sample.Shape, values);

        using var forward = new GraphRunner(model);
        var random = new Random(seed + 1);
        var weights = forward.Run(feeds).ToDictionary(y => y.Key, y => y.Value.Select(_ => (float)(0.5 + random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1)).ToArray());
        var analytic = Gradients(model, samples, feeds, weights);
        foreach (var sample in samples)
        {
            var entries = Entries(analytic[sample.Name]);
            Compare(sample.Name, [.. entries.Select(i => analytic[sample.Name][i])], Numeric(forward, feeds, sample.Name, weights, entries));
        }
    }

    public static void Compare(string name, float[] analytic, double[] numeric)
    {
        Assert.HasCount(numeric.Length, analytic, $"gradient of {name}");
        var scale = Math.Max(numeric.Select(Math.Abs).DefaultIfEmpty(0).Max(), 1e-2);
        for (var i = 0; i < numeric.Length; i++)
            Assert.AreEqual(numeric[i], analytic[i], Tolerance * scale, $"gradient of {name}, entry {i} of {numeric.Length}; largest {scale}");
    }

    /// <summary>Values evenly apart over the range of each input, in random order; all inputs of one range share its places, so that none are equal.</summary>
    private static float[][] Draw(IReadOnlyList<Sample> samples, Random random)
    {
        var places = samples.GroupBy(s => (s.Low, s.High)).ToDictionary(g => g.Key, g => Spread(g.Key.Low, g.Key.High, g.Sum(s => s.Count), random));
        return [.. samples.Select(s => Enumerable.Range(0, s.Count).Select(_ => places[(s.Low, s.High)].Dequeue()).ToArray())];
    }

    /// <summary>An even number of places about the middle of the range keeps its centre, where most kinks are, free.</summary>
    private static Queue<float> Spread(double low, double high, int count, Random random)
    {
        var even = count + (count % 2);
        var values = Enumerable.Range(0, even).Select(i => (float)(low + ((high - low) * (i + 0.5) / even))).ToArray();
        random.Shuffle(values);
        return new Queue<float>(values);
    }

    private static Dictionary<string, float[]> Gradients(
        OnnxModel model, IReadOnlyList<Sample> samples, IReadOnlyDictionary<string, Feed> feeds, Dictionary<string, float[]> weights)
    {
        // The forward graph runs as in inference, so dropout must too.
        var options = new TrainingGraphOptions { WithRespectTo = [.. samples.Select(s => s.Name)], Dropout = false };
        var graph = TrainingGraph.Differentiate(Project(model, weights), Loss, [], options);
        graph.Model.Check();
        var outputs = GraphRunner.Run(graph.Model, feeds);
        return graph.Gradients.ToDictionary(g => g.Tensor, g => outputs[g.Output]);
    }

    /// <summary>The graph with the projection behind it.</summary>
    private static OnnxModel Project(OnnxModel model, Dictionary<string, float[]> weights)
    {
        var builder = new GraphWriter("projection");
        var shape = builder.Integers("projection.shape", [-1], 1);
        string Term(string y, float[] r)
        {
            var flat = builder.Node("Reshape", $"projection.{y}.flat", [y, shape]);
            var product = builder.Node("Mul", $"projection.{y}.product", [flat, builder.Floats($"projection.{y}.weights", r, r.Length)]);
            return builder.Node("ReduceSum", $"projection.{y}.sum", [product], ("keepdims", 0L));
        }

        var terms = weights.Select(w => Term(w.Key, w.Value)).ToArray();
        builder.Node("Sum", Loss, terms);
        builder.Output(Loss, DataType.Float);
        var (projected, added) = (model.Clone(), builder.Build().Graph);
        projected.Graph.Node.AddRange(added.Node);
        projected.Graph.Initializer.AddRange(added.Initializer);
        projected.Graph.Output.AddRange(added.Output);
        return projected;
    }

    /// <summary>All entries of a gradient; of a large one those of the largest slopes, and some evenly apart.</summary>
    private static int[] Entries(float[] gradient)
    {
        if (gradient.Length <= MostEntries) return [.. Enumerable.Range(0, gradient.Length)];
        var steepest = Enumerable.Range(0, gradient.Length).OrderByDescending(i => Math.Abs(gradient[i])).Take(FewEntries);
        return [.. steepest, .. Enumerable.Range(0, FewEntries).Select(i => gradient.Length / FewEntries * i)];
    }

    private static double[] Numeric(GraphRunner forward, Dictionary<string, Feed> feeds, string name, Dictionary<string, float[]> weights, int[] entries)
    {
        var values = feeds[name].Floats!;
        var gradient = new double[entries.Length];
        for (var e = 0; e < entries.Length; e++)
        {
            var i = entries[e];
            var kept = values[i];
            var (above, below) = ((float)(kept + Step), (float)(kept - Step));
            values[i] = above;
            var high = Project(forward.Run(feeds), weights);
            values[i] = below;
            gradient[e] = (high - Project(forward.Run(feeds), weights)) / ((double)above - below);
            values[i] = kept;
        }
        return gradient;
    }

    private static double Project(Dictionary<string, float[]> outputs, Dictionary<string, float[]> weights) =>
        weights.Sum(w => w.Value.Zip(outputs[w.Key], (r, y) => (double)r * y).Sum());
}
