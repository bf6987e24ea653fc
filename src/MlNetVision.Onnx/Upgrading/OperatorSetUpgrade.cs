using System.Collections.Frozen;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Upgrading;

/// <summary>Rewrites networks of older operator sets in this library's operator set, with the same results.</summary>
/// <remarks>What changed when: https://github.com/onnx/onnx/blob/main/docs/Changelog.md.</remarks>
public static class OperatorSetUpgrade
{
    /// <summary>ai.onnx 17.</summary>
    public const long Target = GraphWriter.NewOperatorSet;

    /// <summary>ai.onnx 6 came with ONNX 1.1, in the second half of 2017; PyTorch wrote it until the middle of 2018.</summary>
    public const long Oldest = 6;

    private const long FileVersion = 8;           // the version of the file format that came with ai.onnx 15
    // From this file version on, callers may replace initializers that are listed as inputs.
    private const long FirstWithFreeTensors = 4;

    /// <summary>Upgrades a model to <see cref="Target"/> where it is older; the model is changed.</summary>
    /// <exception cref="BadModelException">The model is too old, or has an operator for which no upgrade is known.</exception>
    public static void Raise(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var main = Main(model);
        if (main is null || main.Version >= Target) return;
        if (main.Version < Oldest)
            throw new BadModelException($"{model.Name}: has operator set {main.Version}; expected {Oldest} or later. Export it again.");
        new NodeUpgrades(model, main.Version).Upgrade();
        if (model.Proto.IrVersion < FirstWithFreeTensors) KeepTensors(model.Graph);
        main.Version = Target;
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, FileVersion);
    }

    /// <summary>The version of ai.onnx that a model is written in, or null where it uses none.</summary>
    public static long? Version(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Main(model)?.Version;
    }

    private static OperatorSetIdProto? Main(OnnxModel model) =>
        model.Proto.OpsetImport.FirstOrDefault(o => OnnxNodes.NormalDomain(o.Domain).Length == 0);

    private static void KeepTensors(GraphProto graph)
    {
        var initializers = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var listed in graph.Input.Where(i => initializers.Contains(i.Name)).ToArray()) graph.Input.Remove(listed);
    }
}

/// <summary>
/// Operators that mean the same in every operator set from 7 to 17 that has them: versions in between took in types or attributes with a default.
/// </summary>
internal static class UnchangedOperators
{
    public static FrozenSet<string> All { get; } = new[]
    {
        "Abs", "Acos", "Acosh", "Add", "And", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh", "AveragePool", "Bernoulli", "BitShift", "Cast",
        "CastLike", "Ceil", "Celu", "Compress", "Concat", "Constant", "ConstantOfShape", "Conv", "ConvInteger", "ConvTranspose", "Cos", "Cosh",
        "CumSum", "DepthToSpace", "DequantizeLinear", "Det", "Div", "DynamicQuantizeLinear", "Einsum", "Elu", "Equal", "Erf", "Exp", "Expand",
        "EyeLike", "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gemm", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool",
        "Greater", "GreaterOrEqual", "GridSample", "GRU", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "IsInf", "IsNaN",
        "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LpNormalization", "LpPool", "LRN", "LSTM", "MatMul", "MatMulInteger",
        "Max", "MaxPool", "MaxRoiPool", "MaxUnpool", "Mean", "MeanVarianceNormalization", "Min", "Mod", "Mul", "Multinomial", "Neg",
        "NonMaxSuppression", "NonZero", "Not", "OneHot", "Or", "Pow", "PRelu", "QLinearConv", "QLinearMatMul", "QuantizeLinear", "RandomNormal",
        "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Range", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceLogSum",
        "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare", "Relu", "Reshape", "ReverseSequence", "RNN",
        "Round", "ScatterElements", "ScatterND", "Selu", "Shape", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Size", "Softplus", "Softsign",
        "SpaceToDepth", "Sqrt", "Sub", "Sum", "Tan", "Tanh", "ThresholdedRelu", "Tile", "Transpose", "Trilu", "Unique", "Where", "Xor",
    }.ToFrozenSet(StringComparer.Ordinal);
}
