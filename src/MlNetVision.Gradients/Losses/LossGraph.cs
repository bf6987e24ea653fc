using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>
/// Appends losses to networks: standard operators that end in a scalar output. The model is changed in place and returned.
/// Classes lie along axis 1; the other axes are samples (N, or N, H and W). Operator sets before 17 are raised to it.
/// </summary>
public static class LossGraph
{
    /// <summary>
    /// Softmax cross-entropy: −Σᵢ Σ_c w_c·q_ic·log softmax(z)_ic / Σᵢ w_yᵢ with q = (1 − ε)·[c = yᵢ] + ε/C. With soft targets t, q is
    /// (1 − ε)·t + ε/C and the divisor the number of samples.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="logits">The tensor z, before any softmax: float N × C or N × C × H × W.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor with a known number of classes.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or an output has the loss's name.</exception>
    public static OnnxModel AddCrossEntropy(OnnxModel model, string logits, CrossEntropyOptions? options = null)
    {
        var o = options ?? new CrossEntropyOptions();
        var nodes = new LossNodes(model, o.Output);
        var shape = nodes.Classes(logits);
        o.Validate(shape[1]);
        var log = nodes.Do("LogSoftmax", [logits], ("axis", 1L));
        var (truth, divisor) = o.SoftTargets
            ? (nodes.Tensor(o.Labels, DataType.Float, shape), null)
            : OneHot(nodes, o, shape);
        if (o.LabelSmoothing > 0) truth = Smooth(nodes, o, truth, shape[1]);
        if (o.ClassWeights is not null) truth = nodes.Do("Mul", [truth, Weights(nodes, o, shape.Length)]);
        var product = nodes.Do("Mul", [truth, log]);
        nodes.Output(nodes.Do("Neg", [divisor is null
            ? nodes.Mean(nodes.SumOverClasses(product))
            : nodes.Do("Div", [nodes.Sum(product), divisor])]));
        return model;
    }

    /// <summary>Mean squared error: the mean of (x − t)² over all entries.</summary>
    /// <param name="model">The network.</param>
    /// <param name="prediction">The tensor x, float of any shape.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor of known rank.</exception>
    /// <exception cref="ArgumentException">An output has the loss's name.</exception>
    public static OnnxModel AddMeanSquaredError(OnnxModel model, string prediction, MeanSquaredErrorOptions? options = null)
    {
        var o = options ?? new MeanSquaredErrorOptions();
        var nodes = new LossNodes(model, o.Output);
        var difference = nodes.Do("Sub", [prediction, nodes.Tensor(o.Target, DataType.Float, nodes.Shape(prediction))]);
        nodes.Output(nodes.Mean(nodes.Do("Mul", [difference, difference])));
        return model;
    }

    /// <summary>
    /// Kullback–Leibler divergence of a student from a teacher at temperature T: T²·Σ_c p_c·(log p_c − log q_c), the mean over the samples,
    /// with p = softmax(teacher/T) and q = softmax(student/T). Hinton et al., "Distilling the knowledge in a neural network", arXiv:1503.02531, section 2.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="student">The student's logits, float N × C or N × C × H × W.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="BadModelException">The model cannot be raised to operator set 17, or has no such float tensor with a known number of classes.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or an output has the loss's name.</exception>
    public static OnnxModel AddKullbackLeibler(OnnxModel model, string student, KullbackLeiblerOptions? options = null)
    {
        var o = options ?? new KullbackLeiblerOptions();
        o.Validate();
        var nodes = new LossNodes(model, o.Output);
        var teacher = nodes.Tensor(o.Teacher, DataType.Float, nodes.Classes(student));
        var p = nodes.Do("LogSoftmax", [nodes.Scale(teacher, 1 / o.Temperature)], ("axis", 1L));
        var q = nodes.Do("LogSoftmax", [nodes.Scale(student, 1 / o.Temperature)], ("axis", 1L));
        var terms = nodes.Do("Mul", [nodes.Do("Exp", [p]), nodes.Do("Sub", [p, q])]);
        nodes.Output(nodes.Scale(nodes.Mean(nodes.SumOverClasses(terms)), o.Temperature * o.Temperature));
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
        var nodes = new LossNodes(model, output);
        foreach (var (loss, _) in losses) nodes.Shape(loss);
        nodes.Output(losses.Select(l => nodes.Scale(l.Loss, l.Weight)).Aggregate((a, b) => nodes.Do("Add", [a, b])));
        return model;
    }

    /// <summary>Zeros with a one at the label, and the weight of all samples that count; a batch without any divides by something tiny, and its loss is 0.</summary>
    private static (string Truth, string? Divisor) OneHot(LossNodes nodes, CrossEntropyOptions o, long[] shape)
    {
        var labels = nodes.Tensor(o.Labels, DataType.Int64, [shape[0], .. shape[2..]]);
        var truth = nodes.Do("OneHot", [labels, nodes.Integer(shape[1]), nodes.Floats([0, 1], 2)], ("axis", 1L));
        var weighted = o.ClassWeights is null ? truth : nodes.Do("Mul", [truth, Weights(nodes, o, shape.Length)]);
        return (truth, nodes.Do("Max", [nodes.Sum(weighted), nodes.Floats([1e-12f])]));
    }

    /// <summary>(1 − ε)·q + ε/C·Σ_c q, which leaves samples that do not count at zero.</summary>
    private static string Smooth(LossNodes nodes, CrossEntropyOptions o, string truth, long classes) => nodes.Do("Add",
        [nodes.Scale(truth, 1 - o.LabelSmoothing), nodes.Scale(nodes.SumOverClasses(truth), o.LabelSmoothing / classes)]);

    private static string Weights(LossNodes nodes, CrossEntropyOptions o, int rank) =>
        nodes.Floats([.. o.ClassWeights!], [o.ClassWeights!.Count, .. Enumerable.Repeat(1L, rank - 2)]);
}
