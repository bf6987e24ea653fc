using MlNetVision.Onnx.Proto;

namespace MlNetVision.Inference;

/// <summary>Shared by the graphs of standalone models of all tasks.</summary>
internal static class StandaloneGraph
{
    /// <summary>The prefix of the names of all nodes and tensors that a standalone model adds to its network.</summary>
    public const string Prefix = "MlNetVision.Standalone.";

    /// <summary>
    /// ai.onnx 11: NonMaxSuppression needs 10; Clip with tensors, GatherND and Softmax of the last axis need 11. The nodes written here mean
    /// the same in every later operator set, so that they can follow any network.
    /// </summary>
    public const long LeastOperatorSet = 11;

    /// <summary>Removes all nodes and tensors with the <see cref="Prefix"/>.</summary>
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
