using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests.Shapes;

/// <summary>Small graphs, each around one operator, that add nodes to <c>x</c> and return the last one's name.</summary>
internal static class OperatorCases
{
    public sealed record Case(string Name, long[] Input, Func<GraphWriter, string> Build)
    {
        public long OperatorSet { get; init; } = GraphWriter.NewOperatorSet;
    }

    public static IEnumerable<Case> All =>
    [
        .. Convolutions, .. Pools, .. Resizes, .. Layouts, .. Slices, .. Reductions, .. Products, .. Arithmetic, .. Exported, .. Older, .. Newer,
    ];

    private static IEnumerable<Case> Convolutions =>
    [
        Conv("conv strided, padded on one side", [5, 4, 3, 3], ("strides", new[] { 2, 3 }), ("pads", new[] { 1, 0, 2, 1 })),
        Conv("conv dilated", [5, 4, 3, 3], ("dilations", new[] { 2, 3 })),
        Conv("conv depthwise", [8, 1, 3, 3], ("group", 4), ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 })),
        Conv("conv SAME_LOWER", [2, 4, 4, 4], ("auto_pad", "SAME_LOWER")),
        Conv("conv VALID", [2, 4, 5, 2], ("auto_pad", "VALID"), ("kernel_shape", new[] { 5, 2 }), ("strides", new[] { 3, 1 })),
        Transposed("transposed, padded both ways", ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 0, 1 }), ("output_padding", new[] { 1, 0 })),
        Transposed("transposed in groups", ("group", 2), ("dilations", new[] { 2, 1 })),
        Transposed("transposed SAME", ("strides", new[] { 3, 2 }), ("auto_pad", "SAME_UPPER")),
        Transposed("transposed to a size", ("strides", new[] { 2, 2 }), ("output_shape", new[] { 23, 19 })),
    ];

    private static IEnumerable<Case> Pools =>
    [
        Simple("max pool", "MaxPool", [1, 2, 13, 10], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })),
        Simple("max pool, rounded up", "MaxPool", [1, 2, 13, 10], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("ceil_mode", 1)),
        Simple("max pool, rounded up over padding", "MaxPool", [1, 2, 4, 4], ("kernel_shape", new[] { 1, 1 }), ("strides", new[] { 2, 2 }), ("ceil_mode", 1), ("dilations", new[] { 1, 1 })),
        Simple("max pool SAME", "MaxPool", [1, 2, 13, 10], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 1, 1 }), ("auto_pad", "SAME_UPPER")),
        Simple("average pool", "AveragePool", [1, 2, 13, 10], ("kernel_shape", new[] { 3, 2 }), ("pads", new[] { 1, 0, 1, 1 })),
        Simple("global pool", "GlobalAveragePool", [2, 3, 7, 5]),
        Simple("space to depth", "SpaceToDepth", [1, 3, 6, 4], ("blocksize", 2)),
        Simple("depth to space", "DepthToSpace", [1, 12, 6, 4], ("blocksize", 2)),
    ];

    private static IEnumerable<Case> Resizes =>
    [
        new("resize by scales", [1, 2, 5, 7], b => b.Node("Resize", "y", ["x", "", b.Floats("s", [1, 1, 1.5f, 2.3f], 4)])),
        new("resize to sizes", [1, 2, 5, 7], b => b.Node("Resize", "y", ["x", "", "", b.Integers("s", [1, 2, 9, 4], 4)])),
    ];

    private static IEnumerable<Case> Layouts =>
    [
        new("reshape", [2, 3, 4], b => b.Node("Reshape", "y", ["x", b.Integers("s", [0, -1, 2], 3)])),
        new("reshape, allowzero", [0, 3], b => b.Node("Reshape", "y", ["x", b.Integers("s", [3, 0], 2)], ("allowzero", 1))),
        Simple("flatten", "Flatten", [2, 3, 4, 5], ("axis", 2)),
        Simple("flatten at the end", "Flatten", [2, 3, 4], ("axis", 3)),
        new("squeeze", [1, 3, 1, 4], b => b.Node("Squeeze", "y", ["x", b.Integers("a", [-2], 1)])),
        Simple("squeeze all", "Squeeze", [1, 3, 1, 4]),
        new("unsqueeze", [3, 4], b => b.Node("Unsqueeze", "y", ["x", b.Integers("a", [0, -1], 2)])),
        Simple("transpose", "Transpose", [2, 3, 4], ("perm", new[] { 2, 0, 1 })),
        Simple("transpose all", "Transpose", [2, 3, 4]),
        new("expand", [3, 1], b => b.Node("Expand", "y", ["x", b.Integers("s", [2, 1, 5], 3)])),
        new("tile", [3, 2], b => b.Node("Tile", "y", ["x", b.Integers("t", [2, 3], 2)])),
        new("pad", [1, 2, 4, 5], b => b.Node("Pad", "y", ["x", b.Integers("p", [0, 0, 1, 2, 0, 0, 3, -1], 8)])),
        Simple("shape", "Shape", [2, 3, 4], ("start", 1), ("end", -1)),
        Simple("size", "Size", [2, 3, 4]),
    ];

    private static IEnumerable<Case> Slices =>
    [
        Slice("slice", [1, 0], [-1, 2], [0, 2], [1, 1]),
        Slice("slice backwards", [-1, 100], [0, -100], [1, 2], [-2, -1]),
        Slice("slice to the end", [2], [long.MaxValue], [2], [3]),
        Slice("slice of nothing", [3], [1], [2], [1]),
        new("slice without axes", [5, 6, 7], b => b.Node("Slice", "y", ["x", b.Integers("s", [1, 2], 2), b.Integers("e", [4, 4], 2)])),
        new("concat", [2, 3], b => b.Node("Concat", "y", ["x", b.Floats("w", new float[8], 2, 4), "x"], ("axis", -1))),
        Split("split into equal parts", 0, null, 3),
        Split("split by sizes", -1, [1, 4], 2),
        new("gather", [5, 6], b => b.Node("Gather", "y", ["x", b.Integers("i", [0, 2, 4, 1], 2, 2)], ("axis", 1))),
        new("gather one", [5, 6], b => b.Node("Gather", "y", ["x", b.Integers("i", [3])], ("axis", 0))),
        new("gather nd", [5, 6, 7], b => b.Node("GatherND", "y", ["x", b.Integers("i", [0, 1, 2, 3], 2, 2)])),
    ];

    private static IEnumerable<Case> Reductions =>
    [
        Simple("reduce", "ReduceMean", [2, 3, 4, 5], ("axes", new[] { 2, -1 })),
        Simple("reduce, axes dropped", "ReduceMax", [2, 3, 4], ("axes", new[] { 1 }), ("keepdims", 0)),
        Simple("reduce all", "ReduceMin", [2, 3, 4]),
        new("reduce by input", [2, 3, 4], b => b.Node("ReduceSum", "y", ["x", b.Integers("a", [0], 1)], ("keepdims", 0))),
        Simple("reduce nothing", "ReduceSum", [2, 3], ("noop_with_empty_axes", 1)),
        Simple("argmax", "ArgMax", [2, 3, 4], ("axis", -1), ("keepdims", 0)),
        new("top k", [2, 9], b => { b.NodeWithOutputs("TopK", "t", ["x", b.Integers("k", [4], 1)], ["y", "at"]); return "at"; }),
        Simple("softmax", "Softmax", [2, 3, 4]),
    ];

    private static IEnumerable<Case> Products =>
    [
        new("matmul, broadcast", [5, 1, 2, 3], b => b.Node("MatMul", "y", ["x", b.Floats("w", new float[4 * 3 * 6], 4, 3, 6)])),
        new("matmul with a vector", [4, 2, 3], b => b.Node("MatMul", "y", ["x", b.Floats("w", new float[3], 3)])),
        new("vector by matrix", [3], b => b.Node("MatMul", "y", ["x", b.Floats("w", new float[12], 3, 4)])),
        new("gemm, both transposed", [3, 2], b => b.Node("Gemm", "y", ["x", b.Floats("w", new float[12], 4, 3)], ("transA", 1), ("transB", 1))),
        new("quantize", [3, 2], b => b.Node("QuantizeLinear", "y", ["x", b.Floats("s", [0.1f])])),
        new("quantize there and back", [3, 2], b => b.Node("DequantizeLinear", "y", [b.Node("QuantizeLinear", "q", ["x", b.Floats("s", [0.1f])]), "s"])),
    ];

    private static IEnumerable<Case> Arithmetic =>
    [
        new("add, broadcast", [3, 1, 4], b => b.Node("Add", "y", ["x", b.Floats("w", new float[10], 2, 1, 5, 1)])),
        new("compare", [3, 1], b => b.Node("Less", "y", ["x", b.Floats("w", new float[4], 4)])),
        new("where", [3, 1], b => b.Node("Where", "y", [b.Node("Equal", "c", ["x", "x"]), b.Floats("w", new float[4], 4), "x"])),
        new("max of three", [3, 1], b => b.Node("Max", "y", ["x", b.Floats("w", new float[4], 4), "x"])),
        Simple("cast", "Cast", [2, 3], ("to", (int)DataType.Int64)),
        new("range", [2, 7], b => b.Node("Range", "y", [b.Integers("a", [3]), b.Integers("l", [12]), b.Integers("d", [4])])),
        new("constant of shape", [2, 7], b => b.Node("ConstantOfShape", "y", [b.Node("Shape", "s", ["x"])])),
    ];

    /// <summary>Sizes computed in the graph, as exporters write them.</summary>
    private static IEnumerable<Case> Exported =>
    [
        new("twice the size, by floats", [1, 2, 5, 7], b => b.Node("Resize", "y", ["x", "", "", b.Node("Concat", null, [Part(b, 0, 2), Doubled(b)], ("axis", 0))])),
        new("flatten by product", [2, 3, 4, 5], b => b.Node("Reshape", "y", ["x", b.Node("Concat", null, [Part(b, 0, 1), Product(b)], ("axis", 0))])),
        new("pads turned over", [1, 2, 6, 7], b => b.Node("Pad", "y", ["x", b.Node("Reshape", null, [TurnedPads(b), b.Integers("flat", [-1], 1)])])),
        new("a dimension picked", [4, 6], b => b.Node("Expand", "y", [b.Floats("w", [1]), b.Node("Unsqueeze", null, [b.Node("Gather", null, [b.Node("Shape", null, ["x"]), b.Integers("i", [-1])]), b.Integers("a", [0], 1)])])),
        new("−1 replaced", [1, 3], b => b.Node("Expand", "y", ["x", Replaced(b)])),
    ];

    /// <summary>Forms that later operator sets changed, mostly from attributes to inputs.</summary>
    private static IEnumerable<Case> Older =>
    [
        Simple("upsample 7", "Upsample", [1, 2, 5, 7], ("scales", new[] { 1f, 1f, 2f, 1.5f })) with { OperatorSet = 7 },
        new("upsample 9", [1, 2, 5, 7], b => b.Node("Upsample", "y", ["x", b.Floats("s", [1, 1, 2, 3], 4)])) { OperatorSet = 9 },
        new("resize 10", [1, 2, 5, 7], b => b.Node("Resize", "y", ["x", b.Floats("s", [1, 1, 0.5f, 3], 4)])) { OperatorSet = 10 },
        Simple("slice 9", "Slice", [5, 6, 7], ("axes", new[] { 2, 0 }), ("starts", new[] { 1, -2 }), ("ends", new[] { 99, 5 })) with { OperatorSet = 9 },
        Simple("squeeze 11", "Squeeze", [1, 3, 1], ("axes", new[] { 0 })) with { OperatorSet = 11 },
        Simple("unsqueeze 11", "Unsqueeze", [3, 4], ("axes", new[] { 1, 3 })) with { OperatorSet = 11 },
        Simple("pad 10", "Pad", [1, 2, 4, 5], ("pads", new[] { 0, 0, 1, 2, 0, 1, 3, 4 })) with { OperatorSet = 10 },
        Simple("top k 9", "TopK", [2, 9], ("k", 3), ("axis", 1)) with { OperatorSet = 9, Build = b => { b.NodeWithOutputs("TopK", "t", ["x"], ["y", "at"], ("k", 3)); return "y"; } },
        Simple("reduce 11", "ReduceSum", [2, 3, 4], ("axes", new[] { 1 })) with { OperatorSet = 11 },
        new("split 11", [6, 5], b => { b.NodeWithOutputs("Split", "s", ["x"], ["a", "b"], ("split", new[] { 2, 4 })); return "b"; }) { OperatorSet = 11 },
        Simple("dropout 7", "Dropout", [2, 3]) with { OperatorSet = 7 },
    ];

    private static IEnumerable<Case> Newer =>
    [
        Fitted("resize 18, not larger", "not_larger"),
        Fitted("resize 18, not smaller", "not_smaller"),
        new("pad 18", [1, 2, 4, 5], b => b.Node("Pad", "y", ["x", b.Integers("p", [1, 2, 3, 4], 4), "", b.Integers("a", [3, 1], 2)])) { OperatorSet = 18 },
        new("split 18", [7, 5], b => { b.NodeWithOutputs("Split", "s", ["x"], ["a", "b", "c"], ("num_outputs", 3)); return "c"; }) { OperatorSet = 18 },
        new("reduce 18", [2, 3, 4], b => b.Node("ReduceMax", "y", ["x", b.Integers("a", [-1], 1)])) { OperatorSet = 18 },
        Simple("average pool 19, rounded up over padding", "AveragePool", [1, 2, 4, 4], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1)) with { OperatorSet = 19 },
        Simple("max pool 22, rounded up over padding", "MaxPool", [1, 2, 4, 4], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1)) with { OperatorSet = 22 },
    ];

    private static Case Fitted(string name, string policy) => new(name, [1, 2, 5, 7], b => b.Node("Resize", "y",
        ["x", "", "", b.Integers("s", [11, 12], 2)], ("axes", new[] { 2, 3 }), ("keep_aspect_ratio_policy", policy))) { OperatorSet = 18 };

    private static string Part(GraphWriter b, int start, int end) => b.Node("Shape", null, ["x"], ("start", start), ("end", end));

    private static string Doubled(GraphWriter b) => b.Node("Cast", null,
        [b.Node("Floor", null, [b.Node("Mul", null, [b.Node("Cast", null, [Part(b, 2, 4)], ("to", 1)), b.Floats("two", [2.1f])])])], ("to", 7));

    private static string Product(GraphWriter b) => b.Node("ReduceProd", null, [Part(b, 1, 4)], ("keepdims", 1));

    /// <summary>PyTorch writes pads last axis first, in pairs, and lets the graph turn them over.</summary>
    private static string TurnedPads(GraphWriter b)
    {
        var pairs = b.Node("Reshape", null, [b.Integers("pads", [1, 2, 3, 4, 0, 0, 0, 0], 8), b.Integers("pair", [-1, 2], 2)]);
        var turned = b.Node("Slice", null, [pairs, b.Integers("from", [-1], 1), b.Integers("to", [long.MinValue], 1), b.Integers("along", [0], 1), b.Integers("by", [-1], 1)]);
        return b.Node("Transpose", null, [turned], ("perm", new[] { 1, 0 }));
    }

    private static string Replaced(GraphWriter b)
    {
        var wanted = b.Integers("wanted", [5, -1], 2);
        var open = b.Node("Equal", null, [wanted, b.Integers("minus", [-1])]);
        var ones = b.Node("ConstantOfShape", null, [b.Integers("rank", [2], 1)], ("value", new TensorProto { DataType = 7, Dims = { 1 }, Int64Data = { 1 } }));
        return b.Node("Where", null, [open, ones, wanted]);
    }

    private static Case Simple(string name, string operation, long[] input, params (string, object)[] attributes) =>
        new(name, input, b => b.Node(operation, "y", ["x"], attributes));

    private static Case Conv(string name, long[] weights, params (string, object)[] attributes) =>
        new(name, [2, 4, 17, 14], b => b.Node("Conv", "y", ["x", b.Floats("w", new float[weights.Aggregate((a, d) => a * d)], weights)], attributes));

    private static Case Transposed(string name, params (string, object)[] attributes) =>
        new(name, [1, 4, 11, 9], b => b.Node("ConvTranspose", "y", ["x", b.Floats("w", new float[4 * 3 * 3 * 2], 4, 3, 3, 2)], attributes));

    private static Case Slice(string name, long[] starts, long[] ends, long[] axes, long[] steps) => new(name, [5, 6, 7], b => b.Node("Slice", "y",
    [
        "x", b.Integers("s", starts, starts.Length), b.Integers("e", ends, ends.Length), b.Integers("a", axes, axes.Length), b.Integers("t", steps, steps.Length),
    ]));

    private static Case Split(string name, int axis, long[]? sizes, int parts) => new(name, [6, 5], b =>
    {
        string[] inputs = sizes is null ? ["x"] : ["x", b.Integers("sizes", sizes, sizes.Length)];
        b.NodeWithOutputs("Split", "split", inputs, Enumerable.Range(0, parts).Select(i => $"part{i}"), ("axis", axis));
        return $"part{parts - 1}";
    });
}
