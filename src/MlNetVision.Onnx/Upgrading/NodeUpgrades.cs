using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Onnx.Upgrading;

/// <summary>Rewrites single nodes from operator sets 7 to 16 in operator set 17.</summary>
/// <param name="model">The model, whose stored tensors grow.</param>
/// <param name="version">The operator set that it is written in.</param>
internal sealed class NodeUpgrades(OnnxModel model, long version)
{
    private readonly ShapeInference _shapes = new(model, model.Inputs);

    /// <summary>The nodes that do in operator set 17 what a node does in its own.</summary>
    /// <exception cref="BadModelException">No such nodes are known, or the node lacks what its operator asks for.</exception>
    public IEnumerable<NodeProto> Upgrade(NodeProto node)
    {
        try
        {
            return Rewrite(node);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw Unknown(node);
        }
    }

    private IEnumerable<NodeProto> Rewrite(NodeProto node)
    {
        if (OnnxNodes.NormalDomain(node.Domain).Length > 0) return [node];
        if (node.Bodies().Any()) throw Unknown(node);
        switch (node.OpType)
        {
            case "Clip": return Clip(node);
            case "Pad": return MoveToInputs(node, 11, ["pads"], "value");
            case "Slice": return MoveToInputs(node, 10, ["starts", "ends", "axes"]);
            case "Squeeze" or "Unsqueeze" or "ReduceSum": return MoveToInputs(node, 13, ["axes"]);
            case "Split": return MoveToInputs(node, 13, ["split"]);
            case "Dropout": return MoveToInputs(node, 12, [], "ratio");
            case "BatchNormalization": return Normalize(node);
            case "Softmax" or "LogSoftmax" or "Hardmax": return Softmax(node);
            case "Upsample": return Resize(node);
            case "Resize": return version < 11 ? Resize(node) : [node];
            case "Affine": return Affine(node);
            case "ImageScaler": return ScaleImage(node);
            case "Crop": return Crop(node);
            case "Scatter": return Rename(node, "ScatterElements");
            case "RoiAlign" when node.Find("coordinate_transformation_mode") is null:
                node.Attribute.Add(OnnxAttributes.Make("coordinate_transformation_mode", "output_half_pixel"));
                return [node];
            default: return UnchangedOperators.All.Contains(node.OpType) ? [node] : throw Unknown(node);
        }
    }

    /// <summary>Attributes of before a version that became inputs: lists of integers, then one float.</summary>
    private IEnumerable<NodeProto> MoveToInputs(NodeProto node, long since, string[] lists, string? number = null)
    {
        if (version >= since) return [node];
        foreach (var name in lists) node.Input.Add(Take(node, name) is { } a ? Integers(node, name, [.. a.Ints]) : "");
        if (number is not null) node.Input.Add(Take(node, number) is { } a ? Number(node, number, a.F) : "");
        while (node.Input[^1].Length == 0) node.Input.RemoveAt(node.Input.Count - 1);
        return [node];
    }

    private IEnumerable<NodeProto> Clip(NodeProto node)
    {
        if (version >= 11) return [node];
        foreach (var bound in new[] { "min", "max" }) node.Input.Add(Take(node, bound) is { } a ? Number(node, bound, a.F) : "");
        return [node];
    }

    /// <summary><c>spatial</c> went with operator set 9 and 1 remained; the further outputs of training changed in 14.</summary>
    private IEnumerable<NodeProto> Normalize(NodeProto node)
    {
        if (Take(node, "spatial") is { I: 0 } || (version < 14 && node.Output.Skip(1).Any(o => o.Length > 0))) throw Unknown(node);
        return [node];
    }

    /// <summary>Before 13 all axes from the given one on (1 by default) counted as one.</summary>
    private IEnumerable<NodeProto> Softmax(NodeProto node)
    {
        if (version >= 13) return [node];
        var axis = Take(node, "axis")?.I ?? 1;
        var (x, y) = (node.Input[0], node.Output[0]);
        if (_shapes[x].Shape is { } shape && shape[(ShapeInference.Axis(axis, shape.Length) + 1)..].All(d => d == 1))
        {
            node.Attribute.Add(OnnxAttributes.Make("axis", axis));
            return [node];
        }
        node.Attribute.Add(OnnxAttributes.Make("axis", -1L));
        (node.Input[0], node.Output[0]) = ($"{y}.flat", $"{y}.of.flat");
        return
        [
            Node("Flatten", [x], node.Input[0], ("axis", axis)),
            node,
            Node("Shape", [x], $"{y}.shape"),
            Node("Reshape", [node.Output[0], $"{y}.shape"], y),
        ];
    }

    /// <summary>Upsample, and Resize of 10: corners lie on corners, and the nearest pixel is the one before, or after where the picture shrinks.</summary>
    private IEnumerable<NodeProto> Resize(NodeProto node)
    {
        var scales = Take(node, "scales") is { } a ? a.Floats.ToArray() : [.. (_shapes[node.Input[1]].Values ?? []).Select(v => (float)(v ?? float.NaN))];
        var nearest = node.Text("mode", "nearest") == "nearest";
        var shrinks = scales.Any(s => s < 1);
        if (node.Input.Count == 1) node.Input.Add(Floats(node, "scales", scales));
        if (nearest && (scales.Length == 0 || scales.Any(float.IsNaN) || (shrinks && scales.Any(s => s > 1)))) throw Unknown(node);
        node.Input.Insert(1, "");
        node.Attribute.Add(OnnxAttributes.Make("coordinate_transformation_mode", "asymmetric"));
        node.Attribute.Add(OnnxAttributes.Make("nearest_mode", shrinks ? "ceil" : "floor"));
        return Rename(node, "Resize");
    }

    // Affine, ImageScaler and Crop went with operator set 10; converters of Core ML's networks wrote them.

    /// <summary>alpha·x + beta.</summary>
    private IEnumerable<NodeProto> Affine(NodeProto node) =>
        ScaleAndShift(node, Number(node, "alpha", Take(node, "alpha")?.F ?? 1), Number(node, "beta", Take(node, "beta")?.F ?? 0));

    /// <summary>scale·x + bias of the channel, N × C × H × W.</summary>
    private IEnumerable<NodeProto> ScaleImage(NodeProto node)
    {
        var scale = Number(node, "scale", Take(node, "scale")?.F ?? 1);
        float[] bias = Take(node, "bias") is { } b ? [.. b.Floats] : [0];
        return ScaleAndShift(node, scale, Store(t => t.Floats($"{node.Output[0]}.bias", bias, bias.Length, 1, 1)));
    }

    private static IEnumerable<NodeProto> ScaleAndShift(NodeProto node, string factor, string shift)
    {
        var (y, scaled) = (node.Output[0], $"{node.Output[0]}.scaled");
        return [Node("Mul", [node.Input[0], factor], scaled), Node("Add", [scaled, shift], y)];
    }

    /// <summary>The border is left, top, right, bottom; a scale is the height and width that remain.</summary>
    private IEnumerable<NodeProto> Crop(NodeProto node)
    {
        var (border, size, y) = (node.Integers("border"), node.Integers("scale"), node.Output[0]);
        if (border.Length != 4) throw Unknown(node);
        long[] ends = size.Length == 2 ? [border[1] + size[0], border[0] + size[1]] : [End(border[3]), End(border[2])];
        return [Node("Slice", [node.Input[0], Integers(node, "starts", [border[1], border[0]]), Integers(node, "ends", ends), Integers(node, "axes", [2, 3])], y)];

        static long End(long taken) => taken == 0 ? long.MaxValue : -taken;
    }

    private static IEnumerable<NodeProto> Rename(NodeProto node, string operation)
    {
        node.OpType = operation;
        return [node];
    }

    private static NodeProto Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{output}.{operation}" };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes.Select(a => OnnxAttributes.Make(a.Name, a.Value)));
        return node;
    }

    private static AttributeProto? Take(NodeProto node, string attribute)
    {
        var found = node.Find(attribute);
        if (found is not null) node.Attribute.Remove(found);
        return found;
    }

    private string Integers(NodeProto node, string what, long[] values) => Store(b => b.Integers($"{node.Output[0]}.{what}", values, values.Length));

    private string Floats(NodeProto node, string what, float[] values) => Store(b => b.Floats($"{node.Output[0]}.{what}", values, values.Length));

    private string Number(NodeProto node, string what, float value) => Store(b => b.Floats($"{node.Output[0]}.{what}", [value]));

    private string Store(Func<OnnxGraphBuilder, string> make)
    {
        var builder = new OnnxGraphBuilder("tensor");
        var name = make(builder);
        model.Graph.Initializer.AddRange(builder.Build().Graph.Initializer);
        return name;
    }

    private BadModelException Unknown(NodeProto node) => new(
        $"{model.Name}: is written in operator set {version}, and for {node.Title()} no way to {OperatorSetUpgrade.Target} is known. Export it anew in operator set {OperatorSetUpgrade.Target}.");
}
