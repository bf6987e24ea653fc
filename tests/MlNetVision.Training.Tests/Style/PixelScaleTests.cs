using System.Runtime.InteropServices;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

/// <summary>VGG16 rewritten for RGB by ImageNet's deviations, N×3×224×224, under other names: the same weights serve.</summary>
[TestClass]
public sealed class PixelScaleTests
{
    private const int Side = 64;

    private static readonly float[] Deviations = [58.395f, 57.12f, 57.375f];

    [TestMethod]
    public void Evaluate_NetworkOfOtherPixels_GivesTheLossesAndTheGradientOfTheOriginal()
    {
        var (original, other) = (Original(), Rewritten());
        var options = new NeuralStyleOptions();
        using var photo = TestImages.Gradient(Side, Side);
        using var painting = TestImages.Noise(Side, Side);

        var (terms, gradient) = Evaluate(original, options, photo, painting);
        var (otherTerms, otherGradient) = Evaluate(other, options with { Preprocess = Preprocess }, photo, painting);

        Near(terms.Content, otherTerms.Content);
        Near(terms.TotalVariation, otherTerms.TotalVariation);
        for (var i = 0; i < terms.Styles.Count; i++) Near(terms.Styles[i], otherTerms.Styles[i]);
        var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        var difference = Enumerable.Range(0, gradient.Length).Sum(i => Math.Pow((double)gradient[i] - otherGradient[(2 - i % 3) * Side * Side + i / 3], 2));
        Assert.IsLessThan(1e-3 * norm, Math.Sqrt(difference));
    }

    [TestMethod]
    [DataRow(StyleOptimizer.Lbfgs)]
    [DataRow(StyleOptimizer.Adam)]
    public void Run_NetworkOfOtherPixels_PaintsTheSameImage(StyleOptimizer optimizer)
    {
        var options = new NeuralStyleOptions { Size = Side, Iterations = 4, Optimizer = optimizer };
        using var photo = TestImages.Gradient(Side, Side);
        using var painting = TestImages.Noise(Side, Side);

        using var image = NeuralStyle.Load(Original(), options).Run(photo, painting);
        using var other = NeuralStyle.Load(Rewritten(), options with { Preprocess = Preprocess }).Run(photo, painting);

        var differences = image.Image.Pixels.ToArray().Zip(other.Image.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).ToList();
        Assert.IsLessThanOrEqualTo(1, differences.Max());
        Assert.IsLessThan(0.01, differences.Average());
    }

    private static string Preprocess => FormattableString.Invariant($"rgb:123.68,116.779,103.939:{Deviations[0]},{Deviations[1]},{Deviations[2]}");

    private static OnnxModel Original() => OnnxModel.Load(Shared.Path("models", "onnx", "vgg16-notop.onnx"));

    // Pixels of s times the size and biases of s times the size: all features are of s times the size.
    private static OnnxModel Rewritten()
    {
        var model = Original();
        var (graph, s) = (model.Graph, Deviations.Average(d => 1 / d));
        var convolutions = graph.Node.Where(n => n.OpType == "Conv").ToList();
        foreach (var bias in convolutions.Select(n => n.Input[2])) Replace(graph, bias, values => [.. values.Select(v => v * s)]);
        // O × 3 × 3 × 3, from BGR to RGB.
        Replace(graph, convolutions[0].Input[1], values => [.. values.Select((_, i) => values[(i / 27 * 27) + ((2 - i / 9 % 3) * 9) + i % 9] * s * Deviations[i / 9 % 3])]);
        var first = graph.Node[0];
        graph.RenameUses(first.Output[0], "data");
        graph.Node.Remove(first);
        graph.Input.Clear();
        graph.Input.Add(OnnxValue.Info("data", TensorProto.Types.DataType.Float, [1, 3, 224, 224]));
        for (var i = 0; i < graph.Node.Count; i++)
        {
            graph.Node[i].Name = $"vgg0_node{i}";
            graph.Rename(graph.Node[i].Output[0], $"vgg0_node{i}_fwd");
        }
        return model;
    }

    private static void Replace(GraphProto graph, string name, Func<float[], float[]> change)
    {
        var stored = graph.Initializer.First(t => t.Name == name);
        var (values, dims) = (MemoryMarshal.Cast<byte, float>(stored.RawData.Span).ToArray(), stored.Dims.ToArray());
        graph.Initializer.Remove(stored);
        var builder = new GraphWriter("changed");
        builder.Floats(name, change(values), dims);
        graph.Initializer.Add(builder.Build().Graph.Initializer);
    }

    private static (StyleTerms Terms, float[] Gradient) Evaluate(OnnxModel network, NeuralStyleOptions options, RgbImage photo, RgbImage painting)
    {
        var features = new FeatureModel(network, options.ContentLayers.Concat(options.StyleLayers).Select(l => l.Name), options.Preprocess);
        using var objective = new StyleObjective(features, options, Side, Side);
        var (content, style) = (features.Images.Of(photo, Side, Side), features.Images.Of(painting, Side, Side));
        objective.SetContent(content, Side, Side);
        objective.AddStyle(style, Side, Side);
        var gradient = new float[content.Length];
        objective.Evaluate([.. content.Zip(style, (c, s) => (c + s) / 2)], gradient);
        return (objective.Terms, gradient);
    }

    private static void Near(double expected, double found) => Assert.AreEqual(expected, found, 1e-4 * expected);
}
