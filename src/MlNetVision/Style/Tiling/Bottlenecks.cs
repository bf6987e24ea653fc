using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Style;

/// <summary>
/// The bottlenecks of a network: tensors between its normalisations on which alone all later nodes depend. A small one can be kept for a whole
/// image, so that the nodes before it are not computed again.
/// </summary>
internal static class Bottlenecks
{
    /// <summary>The most floats that are kept per pixel.</summary>
    private const double Most = 8;

    /// <summary>For each normalisation, by its output, the last small bottleneck before the next one, if any.</summary>
    public static IReadOnlyDictionary<string, string> After(OnnxModel model, SpatialReach reach)
    {
        var (nodes, shapes) = (model.Graph.Node, new ShapeInference(model, model.Inputs));
        var found = new List<(int At, string Tensor, double Floats)>();
        foreach (var (at, tensor) in Single(model))
        {
            if (shapes[tensor].Shape is [_, { } channels, _, _] && reach.Jump(tensor) is var jump && jump == reach.Multiple
                && channels / (jump * jump) <= Most)
                found.Add((at, tensor, channels / (jump * jump)));
        }
        var smallest = found.Count == 0 ? 0 : found.Min(p => p.Floats);
        int[] norms = [.. Enumerable.Range(0, nodes.Count).Where(i => FixedStatistics.Is(nodes[i]))];
        var after = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var n = 0; n + 1 < norms.Length; n++)
        {
            if (found.LastOrDefault(p => p.Floats == smallest && p.At >= norms[n] && p.At < norms[n + 1]).Tensor is { } tensor)
                after[nodes[norms[n]].Output[0]] = tensor;
        }
        return after;
    }

    /// <summary>The bottlenecks of the graph, by the node that they follow: only one live tensor depends on the image.</summary>
    private static IEnumerable<(int At, string Tensor)> Single(OnnxModel model)
    {
        var nodes = model.Graph.Node;
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
            foreach (var name in GraphCutter.Uses(nodes[i])) last[name] = i;
        foreach (var output in model.Graph.Output) last[output.Name] = nodes.Count;
        var live = new HashSet<string>(StringComparer.Ordinal) { model.Inputs[0].Name };
        var known = new HashSet<string>(live, StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (GraphCutter.Uses(nodes[i]).Any(known.Contains))
            {
                known.UnionWith(nodes[i].Output.Where(o => o.Length > 0));
                live.UnionWith(nodes[i].Output.Where(o => o.Length > 0 && last.ContainsKey(o)));
            }
            live.RemoveWhere(t => last.GetValueOrDefault(t) <= i);
            if (live.Count == 1 && nodes[i].Output.Contains(live.Single())) yield return (i, live.Single());
        }
    }
}
