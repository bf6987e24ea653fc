using MlNetVision.Onnx;

namespace MlNetVision.Training.Gradients;

/// <summary>A network with its loss and the gradients of that, as one ONNX graph.</summary>
public sealed class TrainingGraph
{
    private TrainingGraph(OnnxModel model, IReadOnlyList<GradientOf> gradients)
    {
        Model = model;
        Gradients = gradients;
    }

    /// <summary>The graph.</summary>
    public OnnxModel Model { get; }

    /// <summary>The gradients.</summary>
    public IReadOnlyList<GradientOf> Gradients { get; }

    /// <summary>Differentiates a scalar.</summary>
    public static TrainingGraph Differentiate(OnnxModel model, string loss, IReadOnlyList<string> parameters, TrainingGraphOptions? options = null)
    {
        var copy = model.Clone();
        string[] by = [.. parameters, .. (options ?? new()).WithRespectTo];
        HashSet<string> needed = [.. by];
        var nodes = copy.Graph.Node.ToArray();
        foreach (var n in nodes) if (n.Input.Any(needed.Contains)) needed.UnionWith(n.Output);
        var scope = new GradientScope(copy, needed);
        scope.Accumulate(loss, scope.Constant(1f));
        foreach (var n in nodes.Reverse())
        {
            if (!n.Output.Any(o => scope.GradientOf(o) is not null)) continue;
            if (!GradientRules.All.TryGetValue(n.OpType, out var rule)) throw new BadModelException($"{model.Name}: {n.Title()} has no gradient.");
            rule.Differentiate(scope, n);
        }
        var gradients = by.Select(t => new GradientOf(t, scope.Node("Identity", [scope.GradientOf(t)!]))).ToArray();
        foreach (var g in gradients) copy.Graph.Output.Add(new Onnx.Proto.ValueInfoProto { Name = g.Output });
        return new TrainingGraph(copy, gradients);
    }
}
