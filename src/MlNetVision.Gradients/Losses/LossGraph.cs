using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>
/// Appends losses to networks: standard operators that end in a scalar output. The model is changed in place and returned.
/// Classes lie along axis 1; the other axes are samples (N, or N, H and W). Operator sets before 17 are upgraded to it.
/// </summary>
public static class LossGraph
{
    /// <summary>
    /// Softmax cross-entropy: −Σᵢ Σ_c w_c·q_ic·log softmax(z)_ic / Σᵢ w_yᵢ with q = (1 − ε)·[c = yᵢ] + ε/C. With soft targets t, q is
    /// (1 − ε)·t + ε/C and the divisor the number of samples.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="logits">The tensor z, before any softmax: float N × C or N × C × H × W.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor with a known number of
    /// classes.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or an output has the loss's name.</exception>
    public static OnnxModel AddCrossEntropy(OnnxModel model, string logits, CrossEntropyOptions? options = null)
    {
        var o = options ?? new CrossEntropyOptions();
        var loss = new LossWriter(model, o.Output);
        var z = loss.Logits(logits);
        var shape = loss.ShapeOf(z);
        o.Validate(shape[1]);
        var weights = o.ClassWeights is null ? null : (GraphTensor?)Weights(loss, o.ClassWeights, shape.Length);
        var truth = o.SoftTargets ? loss.Target(o.Labels, DataType.Float, shape) : OneHot(loss, o, shape);
        GraphTensor? divisor = o.SoftTargets ? null : CountedWeight(loss, truth, weights);
        if (o.LabelSmoothing > 0) truth = Smooth(truth, o.LabelSmoothing, shape[1]);
        if (weights is not null) truth *= weights.Value;
        var product = truth * z.LogSoftmax(1);
        loss.Output(-(divisor is null ? Mean(OverClasses(product)) : Sum(product) / divisor.Value));
        return model;
    }

    /// <summary>Mean squared error: the mean of (x − t)² over all entries.</summary>
    /// <param name="model">The network.</param>
    /// <param name="prediction">The tensor x, float of any shape.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor of known rank.</exception>
    /// <exception cref="ArgumentException">An output has the loss's name.</exception>
    public static OnnxModel AddMeanSquaredError(OnnxModel model, string prediction, MeanSquaredErrorOptions? options = null)
    {
        var o = options ?? new MeanSquaredErrorOptions();
        var loss = new LossWriter(model, o.Output);
        var x = loss.Tensor(prediction);
        var t = loss.Target(o.Target, DataType.Float, loss.ShapeOf(x));
        loss.Output(Mean((x - t).Square()));
        return model;
    }

    /// <summary>
    /// Kullback–Leibler divergence of a student from a teacher at temperature T: T²·Σ_c p_c·(log p_c − log q_c), the mean over the samples,
    /// with p = softmax(teacher/T) and q = softmax(student/T). Hinton et al., "Distilling the knowledge in a neural network", arXiv:1503.02531,
    /// section 2.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="student">The student's logits, float N × C or N × C × H × W.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor with a known number of
    /// classes.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or an output has the loss's name.</exception>
    public static OnnxModel AddKullbackLeibler(OnnxModel model, string student, KullbackLeiblerOptions? options = null)
    {
        var o = options ?? new KullbackLeiblerOptions();
        o.Validate();
        var loss = new LossWriter(model, o.Output);
        var z = loss.Logits(student);
        var logP = Scaled(loss.Target(o.Teacher, DataType.Float, loss.ShapeOf(z)), 1 / o.Temperature).LogSoftmax(1);
        var logQ = Scaled(z, 1 / o.Temperature).LogSoftmax(1);
        loss.Output(Scaled(Mean(OverClasses(logP.Exp() * (logP - logQ))), o.Temperature * o.Temperature));
        return model;
    }

    /// <summary>The sum of scalar losses, each with a weight.</summary>
    /// <param name="model">The network with the losses; they stay outputs.</param>
    /// <param name="losses">The names and weights, one or more.</param>
    /// <param name="output">The name of the sum. Default <c>total</c>.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor.</exception>
    /// <exception cref="ArgumentException">There is no loss, or an output has the sum's name.</exception>
    public static OnnxModel AddSum(OnnxModel model, IReadOnlyList<(string Loss, float Weight)> losses, string output = "total")
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count == 0) throw new ArgumentException("Expected one loss or more.", nameof(losses));
        var sum = new LossWriter(model, output);
        var terms = losses.Select(l => (Loss: sum.Tensor(l.Loss), l.Weight)).ToArray();
        sum.Output(terms.Select(t => Scaled(t.Loss, t.Weight)).Aggregate((a, b) => a + b));
        return model;
    }

    /// <summary>Zeros with a one at the label.</summary>
    private static GraphTensor OneHot(LossWriter loss, CrossEntropyOptions o, long[] shape)
    {
        var labels = loss.Target(o.Labels, DataType.Int64, [shape[0], .. shape[2..]]);
        return loss.Graph.Node("OneHot", [labels, loss.Graph.Integer(shape[1]), loss.Graph.Floats([0, 1], 2)], ("axis", 1L));
    }

    /// <summary>The weight of all samples that are not ignored. A batch without any divides by a tiny number, and its loss is 0.</summary>
    private static GraphTensor CountedWeight(LossWriter loss, GraphTensor truth, GraphTensor? weights) =>
        Sum(weights is null ? truth : truth * weights.Value).Max(loss.Graph.Scalar(1e-12f));

    /// <summary>(1 − ε)·q + ε/C·Σ_c q, which leaves ignored samples at zero.</summary>
    private static GraphTensor Smooth(GraphTensor q, float epsilon, long classes) => (q * (1 - epsilon)) + (OverClasses(q) * (epsilon / classes));

    private static GraphTensor Weights(LossWriter loss, IReadOnlyList<float> weights, int rank) =>
        loss.Graph.Floats([.. weights], [weights.Count, .. Enumerable.Repeat(1L, rank - 2)]);

    private static GraphTensor Scaled(GraphTensor x, float factor) => factor == 1 ? x : x * factor;

    private static GraphTensor Sum(GraphTensor x) => x.Sum(null, keepAxes: false);

    private static GraphTensor Mean(GraphTensor x) => x.Mean(null, keepAxes: false);

    private static GraphTensor OverClasses(GraphTensor x) => x.Sum([1]);
}

/// <summary>Settings of <see cref="LossGraph.AddCrossEntropy"/>.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>
    /// The tensor of the ground truth; a new input where the graph has none of that name. int64 N (N × H × W for logits N × C × H × W), where a
    /// sample with a label of C or above is ignored; or with <see cref="SoftTargets"/> float of the shape of the logits. Default <c>labels</c>.
    /// </summary>
    public string Labels { get; init; } = "labels";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";

    /// <summary>Whether the ground truth is a probability for every class. Default false.</summary>
    public bool SoftTargets { get; init; }

    /// <summary>
    /// Label smoothing: the share ε of the ground truth that is spread over all classes, 0 to below 1. Default 0.
    /// Szegedy et al., "Rethinking the Inception architecture", arXiv:1512.00567, section 7.
    /// </summary>
    public float LabelSmoothing { get; init; }

    /// <summary>A weight for each class, 0 or more; null: all equal.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    internal void Validate(long classes)
    {
        if (!(LabelSmoothing is >= 0 and < 1)) throw new ArgumentException($"Label smoothing is {LabelSmoothing}, expected 0 to below 1.");
        if (ClassWeights is null) return;
        if (ClassWeights.Count != classes) throw new ArgumentException($"There are {ClassWeights.Count} class weights for {classes} classes.");
        if (!ClassWeights.All(w => w >= 0 && float.IsFinite(w)) || !ClassWeights.Any(w => w > 0))
            throw new ArgumentException("Class weights are expected to be 0 or more, and one of them above 0.");
    }
}

/// <summary>Settings of <see cref="LossGraph.AddMeanSquaredError"/>.</summary>
public sealed record MeanSquaredErrorOptions
{
    /// <summary>The target, of the prediction's shape; a new input where the graph has none of that name. Default <c>target</c>.</summary>
    public string Target { get; init; } = "target";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";
}

/// <summary>Settings of <see cref="LossGraph.AddKullbackLeibler"/>.</summary>
public sealed record KullbackLeiblerOptions
{
    /// <summary>
    /// The logits of the teacher, of the student's shape; a new input where the graph has none of that name. Default <c>teacher</c>.
    /// </summary>
    public string Teacher { get; init; } = "teacher";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";

    /// <summary>The divisor of both logits, above 0. Default 1; larger values soften the teacher's probabilities.</summary>
    public float Temperature { get; init; } = 1;

    internal void Validate()
    {
        if (!(Temperature > 0 && float.IsFinite(Temperature))) throw new ArgumentException($"The temperature is {Temperature}, expected above 0.");
    }
}
