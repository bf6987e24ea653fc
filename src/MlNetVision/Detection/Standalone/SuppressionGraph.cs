using MlNetVision.Pipelines.Standalone;

namespace MlNetVision.Detection.Standalone;

/// <summary>Thresholds, class lists and hard non-maximum suppression in ONNX; the rules are those of <see cref="YoloGridParser"/>.</summary>
/// <param name="ops">Where the nodes are written.</param>
/// <param name="options">What becomes a detection.</param>
/// <param name="thresholds">The least score of each class.</param>
/// <param name="candidates">The number of boxes.</param>
internal sealed class SuppressionGraph(GraphOperators ops, DetectionOptions options, ClassThresholds thresholds, long candidates)
{
    /// <summary>What a candidate is scored that does not count; below every threshold of suppression.</summary>
    private const float Refused = -1;

    /// <summary>In networks; a box beyond is noise of a broken network.</summary>
    private const float Farthest = 1e6f;

    private readonly int _classes = thresholds.Scores.Length;

    /// <summary>Appends the selection.</summary>
    /// <param name="boxes">1 × n × 4, unclipped.</param>
    /// <param name="scores">n × classes.</param>
    /// <returns>Boxes (m × 4) within the network's input, scores (m) and class indices (m), best score first.</returns>
    public (string Boxes, string Scores, string Classes) Append(string boxes, string scores)
    {
        var masked = Mask(boxes, ops.Reshape(ops.Transpose(scores, 1, 0), 1, _classes, candidates));
        var selected = options.Suppression.ClassAgnostic ? AcrossClasses(boxes, masked) : PerClass(boxes, masked);
        return DropEmpty(Best(ops.Reshape(boxes, candidates, 4), selected));
    }

    /// <summary>Scores of 1 × classes × n, <see cref="Refused"/> where they are below their class's threshold.</summary>
    private string Mask(string boxes, string scores)
    {
        // score ≥ t as score > the float before t: there is no GreaterOrEqual before operator set 12, and this is false for NaN.
        var below = new float[_classes];
        for (var i = 0; i < below.Length; i++) below[i] = thresholds.Scores[i] > 0 ? MathF.BitDecrement(thresholds.Scores[i]) : Refused;
        var far = ops.Number(Farthest);
        var near = ops.And(ops.Do("Less", [ops.Slice(boxes, 2, 3, axis: 2), far]), ops.Do("Less", [ops.Slice(boxes, 3, 4, axis: 2), far]));
        var wanted = ops.And(ops.Do("Greater", [scores, ops.Floats(below, 1, _classes, 1)]), ops.Reshape(near, 1, 1, candidates));
        var masked = ops.Do("Where", [wanted, scores, ops.Number(Refused)]);
        return options.BestClassOnly ? OnlyBest(masked) : masked;
    }

    private string OnlyBest(string masked)
    {
        var classes = ops.Reshape(ops.Integers([.. Enumerable.Range(0, _classes).Select(i => (long)i)]), 1, _classes, 1);
        var best = ops.Do("Equal", [classes, ops.Do("ArgMax", [masked], ("axis", 1L), ("keepdims", 1L))]);
        return ops.Do("Where", [best, masked, ops.Number(Refused)]);
    }

    private (string Scores, string Classes, string Boxes) PerClass(string boxes, string masked)
    {
        var selected = Suppress(boxes, masked);
        return (ops.Do("GatherND", [masked, selected]), ops.At(selected, 1, 1), ops.At(selected, 2, 1));
    }

    /// <summary>As one class: each wanted pair of class and box becomes a candidate, by its position among classes × n.</summary>
    private (string Scores, string Classes, string Boxes) AcrossClasses(string boxes, string masked)
    {
        var all = ops.Reshape(masked, _classes * candidates);
        var pairs = ops.Positions(ops.Do("Greater", [all, ops.Number(Refused / 2)]));
        var classes = ops.Do("Div", [pairs, ops.Integer(candidates)]);
        var places = ops.Subtract(pairs, ops.Multiply(classes, ops.Integer(candidates)));
        var scores = ops.Gather(all, pairs);
        var selected = ops.At(Suppress(ops.Gather(boxes, places, axis: 1), ops.Gather(ops.Reshape(all, 1, 1, _classes * candidates), pairs, axis: 2)), 2, 1);
        return (ops.Gather(scores, selected), ops.Gather(classes, selected), ops.Gather(places, selected));
    }

    /// <summary>Rows of batch, class, box. Hard, per class; corners may come in either order of axes, because IoU does not mind.</summary>
    private string Suppress(string boxes, string scores) => ops.Do("NonMaxSuppression",
    [
        boxes, scores, ops.Integers(options.Suppression.MaxDetections ?? int.MaxValue),
        ops.Floats([options.Suppression.IoU], 1), ops.Floats([Refused / 2], 1),
    ]);

    /// <summary>Best first and no more than are asked for; of equal scores the lower class, as suppression gave them.</summary>
    private (string Boxes, string Scores, string Classes) Best(string boxes, (string Scores, string Classes, string Boxes) selected)
    {
        var (scores, order) = ops.Sort(selected.Scores);
        if (options.Suppression.MaxDetections is { } most)
            (scores, order) = (ops.Slice(scores, 0, most, axis: 0), ops.Slice(order, 0, most, axis: 0));
        var places = ops.Gather(selected.Boxes, order);
        return (ops.Clip(ops.Gather(boxes, places), 0, 1), scores, ops.Gather(selected.Classes, order));
    }

    private (string Boxes, string Scores, string Classes) DropEmpty((string Boxes, string Scores, string Classes) found)
    {
        var size = ops.Subtract(ops.Slice(found.Boxes, 2, 4, axis: 1), ops.Slice(found.Boxes, 0, 2, axis: 1));
        var positive = ops.Do("Greater", [size, ops.Number(0)]);
        var kept = ops.Positions(ops.And(ops.At(positive, 0, 1), ops.At(positive, 1, 1)));
        return (ops.Gather(found.Boxes, kept), ops.Gather(found.Scores, kept), ops.Gather(found.Classes, kept));
    }
}
