using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Onnx.Upgrading;

/// <summary>Rewrites single nodes from operator sets 6 to 16 in operator set 17.</summary>
/// <param name="model">The model, whose initializers grow.</param>
/// <param name="version">The operator set that it is written in.</param>
internal sealed class NodeUpgrades(OnnxModel model, long version)
{
    private readonly ShapeInference _shapes = new(model, model.Inputs);
    private readonly GraphWriter _graph = new(model, "upgrade.");

    /// <summary>Rewrites all nodes of the model.</summary>
    /// <exception cref="BadModelException">A node has no known upgrade, or lacks a required attribute or input.</exception>
    public void Upgrade()
    {
        var nodes = model.Graph.Node.ToArray();
        model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            try
            {
                Rewrite(node.Clone());
            }
            catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or BadModelException)
            {
                model.Graph.Node.Clear();
                model.Graph.Node.AddRange(nodes);
                throw e as BadModelException ?? Unknown(node);
            }
        }
    }

    private void Rewrite(NodeProto node)
    {
        if (OnnxNodes.NormalDomain(node.Domain).Length > 0)
        {
            _graph.Add(node);
            return;
        }
        if (node.Bodies().Any()) throw Unknown(node);
        if (version < 7) RaiseTo7(node);
        switch (node.OpType)
        {
            // These write other nodes.
            case "Softmax" or "LogSoftmax" or "Hardmax" when version < 13: Softmax(node); return;
            case "Affine": Affine(node); return;
            case "ImageScaler": ScaleImage(node); return;
            case "Crop": Crop(node); return;

            case "Clip" when version < 11: BoundsToInputs(node); break;
            case "Pad": ToInputs(node, 11, ["pads"], "value"); break;
            case "Slice": ToInputs(node, 10, ["starts", "ends", "axes"]); break;
            case "Squeeze" or "Unsqueeze" or "ReduceSum": ToInputs(node, 13, ["axes"]); break;
            case "Split": ToInputs(node, 13, ["split"]); break;
            case "Dropout": ToInputs(node, 12, [], "ratio"); break;
            case "BatchNormalization": Normalize(node); break;
            case "Upsample": Resize(node); break;
            case "Resize" when version < 11: Resize(node); break;
            case "Scatter": node.OpType = "ScatterElements"; break;
            case "RoiAlign" when node.Find("coordinate_transformation_mode") is null:
                node.Attribute.Add(OnnxAttributes.Make("coordinate_transformation_mode", "output_half_pixel"));
                break;
            case "Clip" or "Resize" or "Softmax" or "LogSoftmax" or "Hardmax": break;
            default:
                if (!UnchangedOperators.All.Contains(node.OpType)) throw Unknown(node);
                break;
        }
        _graph.Add(node);
    }

    /// <summary>
    /// Operator set 7 brought NumPy's broadcasting; before, <c>axis</c> said where the smaller tensor lies, and without it the last axes met, as
    /// they do today. What a layer does in training went from an attribute to operators and inputs of their own.
    /// </summary>
    private void RaiseTo7(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Add" or "Sub" or "Mul" or "Div" or "Pow" or "And" or "Or" or "Xor" or "Equal" or "Greater" or "Less":
                var axis = Take(node, "axis");
                if (Take(node, "broadcast") is { I: not 0 } && axis is not null) Align(node, axis.I);
                break;
            case "PRelu" when _shapes[node.Input[1]].Shape is [not 1]: Align(node, 1); break;
            case "Gemm": Take(node, "broadcast"); break;
            case "BatchNormalization" or "Dropout":
                Take(node, "consumed_inputs");
                if (Take(node, "is_test") is not { I: not 0 }) throw Unknown(node);
                break;
            case "RNN" or "LSTM" or "GRU" or "Upsample" or "Tile": throw Unknown(node);
        }
    }

    /// <summary>Puts axes of one behind those of the second input, so that its first one meets an axis of the first input.</summary>
    private void Align(NodeProto node, long axis)
    {
        var (a, b) = (_shapes[node.Input[0]].Shape ?? throw Unknown(node), _shapes[node.Input[1]].Shape ?? throw Unknown(node));
        var behind = a.Length - ShapeInference.Axis(axis, a.Length) - b.Length;
        if (behind == 0) return;
        if (behind < 0 || b.Contains(null)) throw Unknown(node);
        long[] shape = [.. b.Select(d => d!.Value), .. Enumerable.Repeat(1L, behind)];
        node.Input[1] = _graph.Node("Reshape", $"{node.Output[0]}.aligned", [node.Input[1], Integers(node, "aligned_shape", shape)]);
    }

    /// <summary>Attributes of before a version that became inputs: lists of integers, then one float.</summary>
    private void ToInputs(NodeProto node, long since, string[] lists, string? number = null)
    {
        if (version >= since) return;
        foreach (var name in lists) node.Input.Add(Take(node, name) is { } a ? Integers(node, name, [.. a.Ints]) : "");
        if (number is not null) node.Input.Add(Take(node, number) is { } a ? Number(node, number, a.F) : "");
        while (node.Input[^1].Length == 0) node.Input.RemoveAt(node.Input.Count - 1);
    }

    private void BoundsToInputs(NodeProto node)
    {
        foreach (var bound in new[] { "min", "max" }) node.Input.Add(Take(node, bound) is { } a ? Number(node, bound, a.F) : "");
    }

    /// <summary><c>spatial</c> went with operator set 9 and 1 remained; the further outputs of training changed in 14.</summary>
    private void Normalize(NodeProto node)
    {
        if (Take(node, "spatial") is { I: 0 } || (version < 14 && node.Output.Skip(1).Any(o => o.Length > 0))) throw Unknown(node);
    }

    /// <summary>
    /// Before 13 all axes from the given one on (1 by default) counted as one; if the axes behind it have size 1, the result is the same.
    /// </summary>
    private void Softmax(NodeProto node)
    {
        var axis = Take(node, "axis")?.I ?? 1;
        var (x, y) = (node.Input[0], node.Output[0]);
        var single = _shapes[x].Shape is { } shape && shape[(ShapeInference.Axis(axis, shape.Length) + 1)..].All(d => d == 1);
        node.Attribute.Add(OnnxAttributes.Make("axis", single ? axis : -1L));
        if (!single) (node.Input[0], node.Output[0]) = (_graph.Node("Flatten", $"{y}.flat", [x], ("axis", axis)), $"{y}.of.flat");
        _graph.Add(node);
        if (!single) Last(y, "Reshape", [node.Output[0], _graph.Node("Shape", $"{y}.shape", [x])]);
    }

    /// <summary>
    /// Upsample, and Resize of 10: corners lie on corners, and the nearest pixel is the one before, or after where the image shrinks.
    /// </summary>
    private void Resize(NodeProto node)
    {
        var scales = Take(node, "scales") is { } a ? a.Floats.ToArray()
            : [.. (_shapes[node.Input[1]].Values ?? []).Select(v => (float)(v ?? float.NaN))];
        var nearest = node.Text("mode", "nearest") == "nearest";
        var shrinks = scales.Any(s => s < 1);
        if (node.Input.Count == 1) node.Input.Add(Floats(node, "scales", scales, scales.Length));
        if (nearest && (scales.Length == 0 || scales.Any(float.IsNaN) || (shrinks && scales.Any(s => s > 1)))) throw Unknown(node);
        node.Input.Insert(1, "");
        node.Attribute.Add(OnnxAttributes.Make("coordinate_transformation_mode", "asymmetric"));
        node.Attribute.Add(OnnxAttributes.Make("nearest_mode", shrinks ? "ceil" : "floor"));
        node.OpType = "Resize";
    }

    // Affine, ImageScaler and Crop went with operator set 10; converters of Core ML's networks wrote them.

    /// <summary>alpha·x + beta.</summary>
    private void Affine(NodeProto node)
    {
        var (alpha, beta) = (Number(node, "alpha", node.Float("alpha", 1)), Number(node, "beta", node.Float("beta", 0)));
        Last(node.Output[0], "Add", [_graph.Node("Mul", $"{node.Output[0]}.scaled", [node.Input[0], alpha]), beta]);
    }

    /// <summary>scale·x + bias of the channel, N × C × H × W.</summary>
    private void ScaleImage(NodeProto node)
    {
        var scale = Number(node, "scale", node.Float("scale", 1));
        float[] values = node.Find("bias") is { } b ? [.. b.Floats] : [0];
        var bias = Floats(node, "bias", values, values.Length, 1, 1);
        Last(node.Output[0], "Add", [_graph.Node("Mul", $"{node.Output[0]}.scaled", [node.Input[0], scale]), bias]);
    }

    /// <summary>The border is left, top, right, bottom; a scale is the height and width that remain.</summary>
    private void Crop(NodeProto node)
    {
        var (border, size) = (node.Integers("border"), node.Integers("scale"));
        if (border.Length != 4) throw Unknown(node);
        long[] ends = size.Length == 2 ? [border[1] + size[0], border[0] + size[1]] : [End(border[3]), End(border[2])];
        Last(node.Output[0], "Slice",
            [node.Input[0], Integers(node, "starts", [border[1], border[0]]), Integers(node, "ends", ends), Integers(node, "axes", [2, 3])]);

        static long End(long taken) => taken == 0 ? long.MaxValue : -taken;
    }

    /// <summary>The node that gives what the old one gave.</summary>
    private void Last(string output, string operation, string[] inputs) =>
        _graph.NodeWithOutputs(operation, $"{output}.{operation}", inputs, [output]);

    private static AttributeProto? Take(NodeProto node, string attribute)
    {
        var found = node.Find(attribute);
        if (found is not null) node.Attribute.Remove(found);
        return found;
    }

    private string Integers(NodeProto node, string what, long[] values) => _graph.Integers($"{node.Output[0]}.{what}", values, values.Length);

    private string Floats(NodeProto node, string what, float[] values, params ReadOnlySpan<long> shape) =>
        _graph.Floats($"{node.Output[0]}.{what}", values, shape);

    private string Number(NodeProto node, string what, float value) => Floats(node, what, [value]);

    private BadModelException Unknown(NodeProto node) => new(
        $"{model.Name}: has operator set {version}, and {node.Title()} cannot be upgraded to {OperatorSetUpgrade.Target}. Export it again "
        + $"in operator set {OperatorSetUpgrade.Target}.");
}
