namespace MlNetVision.Gradients.Running;

/// <summary>Checks feeds against the inputs of a graph.</summary>
internal static class FeedCheck
{
    public static void Check(TrainingGraph graph, IReadOnlyDictionary<string, TrainingFeed> feeds)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        foreach (var input in graph.Inputs)
        {
            if (!feeds.TryGetValue(input.Name, out var feed))
                throw new ArgumentException($"{graph.Model.Name}: input {input} is not fed. Fed are: {string.Join(", ", feeds.Keys)}.", nameof(feeds));
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
