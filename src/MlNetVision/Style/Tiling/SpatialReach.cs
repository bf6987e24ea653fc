using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Style;

/// <summary>
/// The receptive field and the stride of a convolutional network: receptive field
/// arithmetic, as in Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill, 2019).
/// </summary>
internal sealed class SpatialReach
{
    /// <summary>A side that all networks can divide evenly; only ratios are read from it.</summary>
    private const int NominalSide = 512;

    private static readonly HashSet<string> Pixelwise = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "Affine", "BatchNormalization", "Cast", "Clip", "Concat", "Crop", "Div", "Dropout", "Elu", "Erf", "Exp", "HardSigmoid",
        "HardSwish", "Identity", "ImageScaler", "InstanceNormalization", "LeakyRelu", "Log", "Max", "Mean", "Min", "Mul", "Neg", "PRelu", "Pow",
        "Reciprocal", "Relu", "Selu", "Sigmoid", "Slice", "Softplus", "Sqrt", "Sub", "Sum", "Tanh", "Transpose",
    };

    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);
    private readonly ShapeInference _shapes;

    /// <param name="model">A network with one image input.</param>
    public SpatialReach(OnnxModel model)
    {
        var input = model.Inputs[0];
        var nominal = input with { Shape = [.. input.Shape.Select((d, i) => i == 0 ? 1 : d ?? NominalSide)] };
        _shapes = new ShapeInference(model, [nominal]);
        _fields[input.Name] = new Field(1, 0);
        foreach (var node in model.Graph.Node) Follow(node);
    }

    /// <summary>The total stride, in pixels per element of the smallest feature map: sizes must be multiples of it.</summary>
    public int Multiple => (int)Math.Ceiling(_fields.Values.Max(f => f.Jump));

    /// <summary>The first operator other than instance normalisation that depends on the whole image, for messages; null: none.</summary>
    public string? Global { get; private set; }

    /// <summary>The radius of a tensor's receptive field in pixels, at most.</summary>
    public int Radius(string tensor) => (int)Math.Ceiling(_fields[tensor].Radius);

    /// <summary>Pixels from one element of a tensor to the next; NaN for tensors without pixels.</summary>
    public double Jump(string tensor) => _fields.TryGetValue(tensor, out var field) ? field.Jump : double.NaN;

    private void Follow(NodeProto node)
    {
        var inputs = node.Input.Where(_fields.ContainsKey).Select(i => _fields[i]).ToList();
        if (inputs.Count == 0 || node.OpType is "Shape" or "Size") return;
        var before = new Field(inputs.Max(f => f.Jump), inputs.Max(f => f.Radius));
        var after = node.OpType switch
        {
            "Conv" or "MaxPool" or "AveragePool" or "LpPool" => Window(node, before),
            "ConvTranspose" => Transposed(node, before),
            "Resize" when IsBoundToSize(node) => Whole(node, before),
            "Resize" or "Upsample" => before.Times(Ratio(node), node.Text("mode", "nearest") == "cubic" ? 2 : 1),
            "DepthToSpace" => before.Times(node.Integer("blocksize", 1), 1),
            "Pad" => before with { Radius = before.Radius + Lopsided(Pads(node)) * before.Jump },
            "SpaceToDepth" => new Field(before.Jump * node.Integer("blocksize", 1), before.Radius + before.Jump * node.Integer("blocksize", 1)),
            var type when Pixelwise.Contains(type) => before,
            _ => Whole(node, before),
        };
        foreach (var output in node.Output.Where(o => o.Length > 0)) _fields[output] = after;
    }

    private Field Whole(NodeProto node, Field before)
    {
        Global ??= node.Title();
        return before;
    }

    /// <summary>Whether positions depend on the length of the whole axis, and not on a ratio alone.</summary>
    private static bool IsBoundToSize(NodeProto node) =>
        node.Text("coordinate_transformation_mode", "half_pixel") is "align_corners" or "tf_crop_and_resize" or "half_pixel_symmetric";

    private Field Window(NodeProto node, Field before) =>
        new(before.Jump * Largest(node.Integers("strides", 1)), before.Radius + Half(node) * before.Jump);

    private Field Transposed(NodeProto node, Field before)
    {
        var stride = Largest(node.Integers("strides", 1));
        return new(before.Jump / stride, before.Radius + (Half(node) / stride + 1) * before.Jump);
    }

    private double Half(NodeProto node)
    {
        var kernel = node.Integers("kernel_shape");
        if (kernel.Length == 0 && node.Input.Count > 1 && _shapes[node.Input[1]].Shape is { Length: > 2 } weights)
            kernel = [.. weights[2..].Select(d => d ?? 1)];
        var same = node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal) ? 0.5 : 0;
        return Math.Ceiling(
            (Largest(kernel) - 1) * Largest(node.Integers("dilations", 1)) / 2.0 + same + Lopsided(node.Integers("pads"))
            + Lopsided(node.Integers("output_padding")));
    }

    private long[] Pads(NodeProto node) =>
        node.Input.Count > 1 && node.Input[1].Length > 0 ? _shapes[node.Input[1]].Integers ?? [] : node.Integers("pads");

    /// <summary>The offset of a window's centre where the padding is asymmetric.</summary>
    private static double Lopsided(long[] pads) =>
        Enumerable.Range(0, pads.Length / 2).Select(i => Math.Abs(pads[i] - pads[i + pads.Length / 2])).DefaultIfEmpty(0).Max() / 2.0;

    private double Ratio(NodeProto node)
    {
        var from = _shapes[node.Input[0]].Shape;
        var to = _shapes[node.Output[0]].Shape;
        return from is [_, _, { } was, _] && to is [_, _, { } becomes, _] && was > 0 ? (double)becomes / was : 1;
    }

    private static long Largest(long[] values) => values.Length == 0 ? 1 : values.Max();

    /// <param name="Jump">Pixels of the image from one element to the next.</param>
    /// <param name="Radius">The radius of an element's receptive field in pixels.</param>
    private readonly record struct Field(double Jump, double Radius)
    {
        /// <summary>The field after a layer of a stride and a number of neighbours on each side.</summary>
        public Field Times(double factor, int neighbours) => new(Jump / factor, Radius + neighbours * Jump);
    }
}
