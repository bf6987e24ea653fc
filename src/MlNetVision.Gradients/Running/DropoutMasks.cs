using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Running;

/// <summary>
/// Draws the masks of all Dropout layers from (seed, step, layer, position): a step can be repeated, and a resumed run gets the masks of an
/// unbroken one.
/// </summary>
internal sealed class DropoutMasks(TrainingGraph graph, long seed)
{
    private readonly Dictionary<string, long[][]> _shapes = new(StringComparer.Ordinal);
    private readonly float[][] _buffers = [.. graph.Dropouts.Select(_ => Array.Empty<float>())];

    public IEnumerable<(string, TrainingFeed)> Draw(IReadOnlyDictionary<string, TrainingFeed> feeds, long step)
    {
        if (graph.Dropouts.Count == 0) return [];
        var shapes = Shapes(feeds);
        return graph.Dropouts.Select((mask, i) =>
        {
            var count = (int)ElementType.Count(shapes[i])!.Value;
            if (_buffers[i].Length < count) _buffers[i] = GC.AllocateUninitializedArray<float>(count, pinned: true);
            Fill(_buffers[i].AsSpan(0, count), Key(Key(Key((ulong)seed, 1), (ulong)step), (ulong)i), mask.Ratio);
            return (mask.Input, TrainingFeed.Of(_buffers[i].AsMemory(0, count), shapes[i]));
        }).ToArray();
    }

    /// <summary>0 with the probability of the ratio, else 1/(1 − ratio).</summary>
    public static void Fill(Span<float> mask, ulong key, float ratio)
    {
        var least = (ulong)(ratio * 4294967296.0);
        var kept = 1 / (1 - ratio);
        for (var i = 0; i < mask.Length; i++) mask[i] = SplitMix64.Mix(key + ((ulong)i * SplitMix64.Step)) >> 32 < least ? 0 : kept;
    }

    private static ulong Key(ulong key, ulong counter) => SplitMix64.Mix(key ^ SplitMix64.Mix(counter + SplitMix64.Step));

    /// <summary>Inferred once for each combination of fed shapes.</summary>
    private long[][] Shapes(IReadOnlyDictionary<string, TrainingFeed> feeds)
    {
        var key = string.Join(';', graph.Inputs.Select(i => string.Join('×', feeds[i.Name].Shape)));
        if (_shapes.TryGetValue(key, out var known)) return known;
        var facts = new ShapeInference(graph.Forward,
            graph.Inputs.Select(i => i with { Shape = [.. feeds[i.Name].Shape.Select(d => (long?)d)], HasShape = true }));
        return _shapes[key] = [.. graph.Dropouts.Select(d => Known(d, facts[d.Layer].Shape))];
    }

    private long[] Known(DropoutMask mask, long?[]? shape) => shape is not null && shape.All(d => d.HasValue)
        ? [.. shape.Select(d => d!.Value)]
        : throw new BadModelException(
            $"{graph.Model.Name}: the shape of '{mask.Layer}', on which Dropout works, is not known before the network runs.");
}

/// <summary>Checks feeds against the inputs of a graph.</summary>
internal static class FeedCheck
{
    public static void Check(TrainingGraph graph, IReadOnlyDictionary<string, TrainingFeed> feeds)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        foreach (var input in graph.Inputs)
        {
            if (!feeds.TryGetValue(input.Name, out var feed))
                throw new ArgumentException($"{graph.Model.Name}: input {input} is not fed. Fed are: {string.Join(", ", feeds.Keys)}.",
                    nameof(feeds));
            if (input.HasShape && !Fits(input.Shape, feed.Shape))
                throw new ArgumentException($"{graph.Model.Name}: input {input} is fed {string.Join('×', feed.Shape)}.", nameof(feeds));
        }
        if (feeds.Count == graph.Inputs.Count) return;
        var unknown = feeds.Keys.First(k => graph.Inputs.All(i => i.Name != k));
        throw new ArgumentException($"{graph.Model.Name}: '{unknown}' is not an input. Inputs: {string.Join(", ", graph.Inputs)}.", nameof(feeds));
    }

    private static bool Fits(IReadOnlyList<long?> expected, IReadOnlyList<long> given) =>
        expected.Count == given.Count && expected.Zip(given).All(d => d.First is null || d.First == d.Second);
}
