using System.Globalization;
using Google.Protobuf;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>
/// Calibrates a classifier, so that its confidence matches its accuracy: raw scores are divided by a temperature before the softmax. Above 1
/// confidence falls, below 1 it rises; the order of classes, and with it accuracy, stays.
/// </summary>
/// <remarks>Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2.</remarks>
public static class TemperatureScaling
{
    /// <summary>The metadata key of the temperature of a calibrated model.</summary>
    public const string Key = "mlnetvision.temperature";

    /// <summary>The lowest temperature that is tried.</summary>
    public const double Minimum = 0.01;

    /// <summary>The highest temperature that is tried.</summary>
    public const double Maximum = 100;

    private const string Name = "MlNetVision.Temperature";

    // Log-loss is convex in 1/T, and so falls and rises once along ln T: a golden-section search finds the lowest point.
    private const int Steps = 40;
    private const double Golden = 0.6180339887498949;

    /// <summary>The temperature of the lowest log-loss.</summary>
    /// <param name="cases">
    /// Images with the classifier's probabilities, at least one. Their logarithms are the raw scores up to a constant that is the same for
    /// all classes and has no effect. A probability of 0, which rounding makes, counts as half of the lowest one above 0.
    /// </param>
    /// <returns><see cref="Minimum"/> to <see cref="Maximum"/>; 1 changes nothing.</returns>
    /// <exception cref="ArgumentException">There are no cases, or no probability is above 0.</exception>
    public static double Fit(IReadOnlyList<ClassificationCase> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var least = cases.SelectMany(c => c.Scores).Where(s => s > 0).DefaultIfEmpty().Min();
        if (least <= 0) throw new ArgumentException("No images with probabilities above 0 are given; expected at least one.", nameof(cases));
        var scores = cases.Select(c => Array.ConvertAll(c.Scores, p => MathF.Log(p > 0 ? p : least / 2))).ToArray();
        var (low, high) = (Math.Log(Minimum), Math.Log(Maximum));
        for (var step = 0; step < Steps; step++)
        {
            var (left, right) = (high - Golden * (high - low), low + Golden * (high - low));
            if (Loss(left) <= Loss(right)) high = right;
            else low = left;
        }
        return Math.Exp((low + high) / 2);

        double Loss(double logarithm) => scores.Zip(cases).Average(p => LogLoss(p.First, p.Second.Truth, Math.Exp(logarithm)));
    }

    /// <summary>Probabilities at a temperature: pᵢ^(1/T), divided by their sum.</summary>
    /// <param name="probabilities">One for each class; not all 0.</param>
    /// <param name="temperature">Above 0.</param>
    public static float[] Scale(ReadOnlySpan<float> probabilities, double temperature)
    {
        var powers = new double[probabilities.Length];
        for (var i = 0; i < powers.Length; i++) powers[i] = Math.Pow(probabilities[i], 1 / temperature);
        var sum = powers.Sum();
        return Array.ConvertAll(powers, p => (float)(p / sum));
    }

    /// <summary>The temperature in a model's metadata; 1 where there is none.</summary>
    internal static double Of(OnnxModel model) =>
        double.TryParse(model.Metadata[Key], CultureInfo.InvariantCulture, out var temperature) && temperature > 0 ? temperature : 1;

    /// <summary>
    /// A copy of the network with a division of a tensor by the temperature; where the network was calibrated before, temperatures multiply.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="scores">The raw scores that a softmax takes; or an output, which keeps its name.</param>
    /// <param name="temperature">Above 0.</param>
    internal static OnnxModel Apply(OnnxModel model, string scores, double temperature)
    {
        var calibrated = model.Clone();
        var graph = calibrated.Graph;
        var (name, type) = (graph.FreeName(Name), new ShapeInference(model, model.Inputs)[scores].Type);
        var (from, to) = model.Outputs.Any(o => o.Name == scores) ? (name, scores) : (scores, name);
        if (to == scores) graph.Rename(scores, from);
        else graph.RenameUses(scores, to);
        var producer = graph.Node.ToList().FindIndex(n => n.Output.Contains(from));
        var writer = new GraphWriter(calibrated, Name + ".", producer + 1);
        var bytes = type == DataType.Float16 ? BitConverter.GetBytes((Half)temperature) : BitConverter.GetBytes((float)temperature);
        var divisor = writer.Store(new TensorProto
        {
            Name = graph.FreeName(Name + ".Value"), DataType = (int)(type == DataType.Float16 ? type : DataType.Float),
            RawData = ByteString.CopyFrom(bytes),
        });
        writer.NodeWithOutputs("Div", name, [from, divisor], [to]);
        InitializerInputs.Remove(calibrated);
        calibrated.Metadata[Key] = (temperature * Of(model)).ToString("R", CultureInfo.InvariantCulture);
        return calibrated;
    }

    private static double LogLoss(float[] scores, int truth, double temperature)
    {
        var (largest, sum) = (scores.Max(), 0.0);
        foreach (var score in scores) sum += Math.Exp((score - largest) / temperature);
        return Math.Log(sum) - (scores[truth] - largest) / temperature;
    }
}
