using MlNetVision.Onnx.Proto;

namespace MlNetVision.Inference;

/// <summary>What the graphs of standalone models of all tasks have in common.</summary>
internal static class StandaloneGraph
{
    /// <summary>What the names of all nodes and tensors start with that a standalone model has beside those of its network.</summary>
    public const string Prefix = "MlNetVision.Standalone.";

    /// <summary>
    /// ai.onnx 11: NonMaxSuppression is of 10; Clip with tensors, GatherND and Softmax of the last axis are of 11. What is written here means
    /// the same in every operator set from this one on, so that it fits behind any network.
    /// </summary>
    public const long LeastOperatorSet = 11;

    /// <summary>Takes out all that has a name of ours, <see cref="Prefix"/>.</summary>
    public static void RemoveOurs(GraphProto graph)
    {
        RemoveOurs(graph.Node, n => n.Name);
        RemoveOurs(graph.Initializer, t => t.Name);
        RemoveOurs(graph.Input, v => v.Name);
        RemoveOurs(graph.Output, v => v.Name);
    }

    private static void RemoveOurs<T>(IList<T> items, Func<T, string> name)
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (name(items[i]).StartsWith(Prefix, StringComparison.Ordinal)) items.RemoveAt(i);
        }
    }
}
