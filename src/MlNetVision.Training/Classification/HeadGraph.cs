using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Training;

/// <summary>
/// The layers of a head as ONNX. Weights are [outputs, inputs], so that the product and its gradient both read contiguous rows.
/// </summary>
internal static class HeadGraph
{
    /// <summary>The prefix of all its names, which keeps them apart from any network's.</summary>
    public const string Prefix = "MlNetVision.Head.";

    /// <summary>The input, [N, features].</summary>
    public const string Features = "features";

    /// <summary>The output while training, [N, classes]: before softmax.</summary>
    public const string Logits = Prefix + "Logits";

    public const int DenseUnits = 512;

    private const float DropoutRatio = 0.5f;
    private const float Epsilon = 1e-5f;

    private const string Scale = Prefix + "Scale";
    private const string DenseWeight = Prefix + "Dense.Weight";
    private const string DenseBias = Prefix + "Dense.Bias";
    private const string NormScale = Prefix + "Norm.Scale";
    private const string NormShift = Prefix + "Norm.Shift";
    private const string NormMean = Prefix + "Norm.Mean";
    private const string NormVariance = Prefix + "Norm.Variance";
    private const string Weight = Prefix + "Weight";
    private const string Bias = Prefix + "Bias";

    /// <summary>The trained initializers.</summary>
    public static IReadOnlyList<string> Parameters(ClassifierHead head) => head == ClassifierHead.Dense
        ? [DenseWeight, DenseBias, NormScale, NormShift, Weight, Bias]
        : [Weight, Bias];

    /// <summary>
    /// The head in training form, with initial weights from a random seed. The last layer starts with zeros: with many features, random initial
    /// values would remain.
    /// </summary>
    /// <param name="head">The layers.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scale">The factor of the features.</param>
    /// <param name="seed">The random seed.</param>
    public static OnnxModel Build(ClassifierHead head, int features, int classes, float scale, int seed)
    {
        var builder = new GraphWriter("head");
        var random = new Random(seed);
        var last = builder.Input(Features, TensorProto.Types.DataType.Float, -1, features);
        last = builder.Node("Mul", Prefix + "Scaled", [last, builder.Floats(Scale, [scale], 1)]);
        var width = features;
        if (head == ClassifierHead.Dense)
        {
            last = Layer(builder, "Dense", last, Glorot(random, features, DenseUnits), DenseUnits, features);
            last = builder.Node("BatchNormalization", Prefix + "Norm", [last,
                Constant(builder, NormScale, 1), Constant(builder, NormShift, 0), Constant(builder, NormMean, 0),
                    Constant(builder, NormVariance, 1)], ("epsilon", Epsilon));
            last = builder.Node("Relu", Prefix + "Relu", [last]);
            last = builder.Node("Dropout", Prefix + "Dropout", [last, builder.Floats(Prefix + "Dropout.Ratio", [DropoutRatio])]);
            width = DenseUnits;
        }
        Layer(builder, "", last, new float[classes * width], classes, width);
        builder.Output(Logits, TensorProto.Types.DataType.Float, -1, classes);
        return builder.Build("the head");
    }

    /// <summary>
    /// The head in inference form: from features to probabilities. Batch normalisation is folded into the layer before it, w′ = w·s and
    /// b′ = (b − μ)·s + β with s = γ/√(σ² + ε), the scale into the first layer, and dropout is removed. Its operators mean the same in every
    /// operator set from 7 on.
    /// </summary>
    /// <param name="trained">The head from <see cref="Build"/> with trained values; the model may have other tensors too.</param>
    /// <param name="output">The name of the output.</param>
    public static OnnxModel Fold(OnnxModel trained, string output)
    {
        var stored = trained.Graph.Initializer.ToDictionary(t => t.Name);
        float[] Values(string name) => TensorData.Floats(stored[name]).ToArray();
        var isDense = stored.ContainsKey(DenseWeight);
        var (weight, bias) = (Values(Weight), Values(Bias));
        var (classes, width) = (stored[Weight].Dims[0], stored[Weight].Dims[1]);
        var features = isDense ? stored[DenseWeight].Dims[1] : width;
        var builder = new GraphWriter("head");
        var last = builder.Input(Features, TensorProto.Types.DataType.Float, -1, features);
        if (isDense)
        {
            var (first, shift) = (Values(DenseWeight), Values(DenseBias));
            var (gamma, beta, mean, variance) = (Values(NormScale), Values(NormShift), Values(NormMean), Values(NormVariance));
            ChannelAffine.OfVariances(gamma, beta, mean.Select(m => (double)m), variance.Select(v => (double)v), Epsilon).FoldInto(first, shift);
            Multiply(first, Values(Scale)[0]);
            last = Gemm(builder, Prefix + "Dense", last, builder.Floats(DenseWeight, first, DenseUnits, features),
                builder.Floats(DenseBias, shift, DenseUnits));
            last = builder.Node("Relu", Prefix + "Relu", [last]);
        }
        else
        {
            Multiply(weight, Values(Scale)[0]);
        }
        last = Gemm(builder, Logits, last, builder.Floats(Weight, weight, classes, width), builder.Floats(Bias, bias, classes));
        builder.Node("Softmax", output, [last], ("axis", 1L));
        builder.Output(output, TensorProto.Types.DataType.Float, -1, classes);
        return builder.Build("the head");
    }

    private static void Multiply(Span<float> values, float factor)
    {
        foreach (ref var value in values) value *= factor;
    }

    private static GraphTensor Layer(GraphWriter builder, string name, GraphTensor input, float[] weights, int outputs, int inputs)
    {
        var (weight, bias) = name.Length == 0 ? (Weight, Bias) : (DenseWeight, DenseBias);
        return Gemm(builder, name.Length == 0 ? Logits : Prefix + name, input,
            builder.Floats(weight, weights, outputs, inputs), builder.Floats(bias, new float[outputs], outputs));
    }

    private static GraphTensor Gemm(GraphWriter builder, string name, string input, string weight, string bias) =>
        builder.Node("Gemm", name, [input, weight, bias], ("transB", 1L));

    private static GraphTensor Constant(GraphWriter builder, string name, float value)
    {
        var values = new float[DenseUnits];
        Array.Fill(values, value);
        return builder.Floats(name, values, DenseUnits);
    }

    /// <summary>
    /// Uniform in ±√(6 / (inputs + outputs)): Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    /// </summary>
    private static float[] Glorot(Random random, int inputs, int outputs)
    {
        var limit = MathF.Sqrt(6f / (inputs + outputs));
        var values = new float[(long)inputs * outputs];
        foreach (ref var value in values.AsSpan()) value = ((random.NextSingle() * 2) - 1) * limit;
        return values;
    }
}

/// <summary>Appends a head to a feature network.</summary>
internal static class GraphJoin
{
    // The version of the file format from which initializers need not be listed as inputs.
    private const long FirstWithFreeTensors = 4;

    /// <summary>Appends a head in place; its outputs become those of the network.</summary>
    /// <param name="network">A network with a tensor <c>features</c>.</param>
    /// <param name="head">A head, whose other names begin with <see cref="HeadGraph.Prefix"/>. It is copied.</param>
    public static void Append(OnnxModel network, OnnxModel head)
    {
        network.Graph.Node.AddRange(head.Graph.Node.Select(n => n.Clone()));
        network.Graph.Initializer.AddRange(head.Graph.Initializer.Select(t => t.Clone()));
        network.Graph.Output.Clear();
        network.Graph.Output.AddRange(head.Graph.Output.Select(o => o.Clone()));
        network.Proto.IrVersion = Math.Max(network.Proto.IrVersion, FirstWithFreeTensors);
    }

    /// <summary>A copy of a network whose initializers have the values that another has under the same names.</summary>
    public static OnnxModel WithValues(OnnxModel network, OnnxModel trained)
    {
        var copy = network.Clone();
        var values = trained.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        for (var i = 0; i < copy.Graph.Initializer.Count; i++)
        {
            if (values.TryGetValue(copy.Graph.Initializer[i].Name, out var value)) copy.Graph.Initializer[i] = value.Clone();
        }
        return copy;
    }
}
