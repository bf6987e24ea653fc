using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Import.Darknet;

/// <content>The hierarchy in ONNX. Tensors are rows × classes.</content>
public sealed partial class ClassTree
{
    /// <summary>The least float, which a softmax makes 0.</summary>
    private const float Nothing = float.MinValue;

    /// <summary>The softmax of every group of a tensor of raw values: each class's probability among those of the same parent.</summary>
    /// <param name="raw">Float, rows × classes.</param>
    public GraphTensor Softmax(GraphTensor raw) => ByGroup(raw, Nothing, (groups, _) => groups.Softmax(-1));

    /// <summary>The products of probabilities from the root down.</summary>
    /// <param name="conditional">Float, rows × classes, as <see cref="Softmax"/> gives it.</param>
    public GraphTensor Absolute(GraphTensor conditional) =>
        Descend(conditional.Graph, (level, above) => above is null ? Pick(conditional, level) : Pick(conditional, level) * above.Value);

    /// <summary>
    /// 1 for the class that a row is called, 0 for all others. From the root down the best child is taken as long as the product of the
    /// probabilities of all classes on the way down to it is above a threshold; at the root it is taken anyway.
    /// </summary>
    /// <param name="conditional">Float, rows × classes, as <see cref="Softmax"/> gives it.</param>
    /// <param name="threshold">The threshold, 0 to 1.</param>
    /// <remarks>
    /// As Darknet has it, where the factors of that product are products already: two levels down it is p₁ · (p₁ p₂) · (p₁ p₂ p₃).
    /// </remarks>
    public GraphTensor Top(GraphTensor conditional, float threshold)
    {
        var graph = conditional.Graph;
        var best = ByGroup(conditional, Nothing, Best);
        var own = Absolute(conditional);
        var product = Descend(graph, (level, above) => above is null ? Pick(own, level) : Pick(own, level) * above.Value);
        var passing = (product > threshold).Cast(DataType.Float) * best;
        var taken = Descend(graph, (level, above) => above is null ? Pick(passing, level) : Pick(passing, level) * above.Value);
        var below = OfChildren(taken);
        var top = graph.Floats([.. Parents.Select(p => p < 0 ? 1f : 0f)], 1, Count);
        var none = 1 - taken.Slice(0, Groups[0].Count, axis: 1).Sum([1]);
        return (taken * (1 - below)) + (best * top * none);
    }

    /// <summary>Goes down the levels: each is made from its classes and from what was made for their parents.</summary>
    private GraphTensor Descend(GraphWriter graph, Func<int[], GraphTensor?, GraphTensor> make)
    {
        List<GraphTensor> made = [];
        for (var i = 0; i < Levels.Length; i++)
        {
            GraphTensor? above = null;
            if (i > 0)
            {
                var places = Levels[i - 1].Select((c, place) => (c, place)).ToDictionary(p => p.c, p => p.place);
                above = made[^1].Gather(Integers(graph, Levels[i].Select(c => places[Parents[c]])), axis: 1);
            }
            made.Add(make(Levels[i], above));
        }
        return InOrder(made.Count == 1 ? made[0] : graph.Concat(made, axis: 1), Levels.SelectMany(l => l));
    }

    /// <summary>A function of whole groups: they are laid out as rows × groups × places, group by group of like size, so that few nodes do.</summary>
    private GraphTensor ByGroup(GraphTensor tensor, float filler, Func<GraphTensor, int, GraphTensor> function)
    {
        var (graph, made, order) = (tensor.Graph, new List<GraphTensor>(), new List<int>());
        var padded = tensor.Do("Pad", graph.Integers(0, 0, 0, 1), graph.Scalar(filler));
        foreach (var alike in Alike())
        {
            var size = alike.Max(g => g.Count);
            // Column Count is the filler's.
            var columns = alike.SelectMany(g => Enumerable.Range(0, size).Select(i => i < g.Count ? g.Start + i : Count)).ToArray();
            var groups = padded.Gather(Integers(graph, columns), axis: 1).Reshape(-1, alike.Length, size);
            made.Add(function(groups, size).Reshape(-1, columns.Length));
            order.AddRange(columns);
        }
        return InOrder(made.Count == 1 ? made[0] : graph.Concat(made, axis: 1), order);
    }

    /// <summary>For each class the sum over its children; 0 for leaves.</summary>
    private GraphTensor OfChildren(GraphTensor tensor)
    {
        var summed = ByGroup(tensor, 0, (groups, _) => (groups * 0) + groups.Sum([2]));
        var padded = summed.Do("Pad", tensor.Graph.Integers(0, 0, 0, 1), tensor.Graph.Scalar(0));
        return padded.Gather(Integers(tensor.Graph, ChildGroups.Select(g => g < 0 ? Count : Groups[g].Start)), axis: 1);
    }

    /// <summary>Groups of a size up to 1, 2, 4, 8, …</summary>
    private IEnumerable<(int Start, int Count)[]> Alike() =>
        Groups.GroupBy(g => int.Log2(Math.Max(1, g.Count - 1))).OrderBy(g => g.Key).Select(g => g.ToArray());

    /// <summary>1 at the first of the largest values of each group, else 0.</summary>
    private static GraphTensor Best(GraphTensor groups, int size) => Integers(groups.Graph, Enumerable.Range(0, size))
        .EqualTo(groups.Do("ArgMax", ("axis", 2L), ("keepdims", 1L))).Cast(DataType.Float);

    private static GraphTensor Pick(GraphTensor tensor, int[] classes) => tensor.Gather(Integers(tensor.Graph, classes), axis: 1);

    /// <summary>Columns that stand in another order, in the order of classes; what belongs to none is left out.</summary>
    private GraphTensor InOrder(GraphTensor tensor, IEnumerable<int> classes)
    {
        var places = new int[Count];
        foreach (var (c, place) in classes.Select((c, place) => (c, place)).Where(p => p.c < Count)) places[c] = place;
        return tensor.Gather(Integers(tensor.Graph, places), axis: 1);
    }

    private static GraphTensor Integers(GraphWriter graph, IEnumerable<int> values) => graph.Integers([.. values.Select(v => (long)v)]);
}
