using MlNetVision.Onnx;
using MlNetVision.Training.Gradients;
using MlNetVision.Training.Losses;

namespace MlNetVision.Training.Tests.Gradients;

/// <summary>Networks as they are used, from the picture to their output.</summary>
[TestClass]
public sealed class WholeNetworkTests
{
    /// <summary>
    /// The slope of a loss along its gradient is the gradient's length. Over the stretch that single precision asks for, a network of ReLUs
    /// has many kinks, so the slope agrees to a hundredth and not to a thousandth.
    /// </summary>
    [TestMethod]
    [DataRow("blood-cells", 320, 320, 1f)]
    [DataRow("streets", 360, 480, 1f)]
    [DataRow("starry-night", 64, 48, 255f)]
    public void Gradient_OfBundledNetworkByPicture_IsSlope(string name, int height, int width, float brightest)
    {
        var model = OnnxModel.Load(Path.Combine(MlNetVision.Tests.Shared.Repository, "assets", "models", $"{name}.onnx"));
        var input = model.Inputs.Single().Name;
        FixSize(model, height, width);
        LossGraph.AddMeanSquaredError(model, model.Outputs[0].Name, new() { Target = "truth" });
        var graph = TrainingGraph.Differentiate(model, "loss", [], new() { WithRespectTo = [input], KeepOutputs = false });

        var random = new Random(1);
        float[] picture = [.. Enumerable.Range(0, 3 * height * width).Select(_ => brightest * random.NextSingle())];
        var truth = model.Inputs.Single(i => i.Name == "truth").Shape.Select(d => d ?? 1).ToArray();
        Dictionary<string, Feed> Feeds(float[] x) => new()
        {
            [input] = new([1, 3, height, width], x),
            ["truth"] = new(truth, new float[truth.Aggregate((a, b) => a * b)]),
        };
        var gradient = GraphRunner.Run(graph.Model, Feeds(picture))[graph.Gradients.Single().Output];

        using var forward = new GraphRunner(model);
        var (length, step) = (Math.Sqrt(gradient.Sum(g => (double)g * g)), 0.005 * brightest);
        double Moved(double by) => forward.Run(Feeds([.. picture.Zip(gradient, (x, g) => (float)(x + (by * g / length)))]))["loss"][0];
        Assert.AreEqual(1, (Moved(step) - Moved(-step)) / (2 * step) / length, 0.01);
    }

    private static void FixSize(OnnxModel model, int height, int width)
    {
        var dims = model.Graph.Input[0].Type.TensorType.Shape.Dim;
        foreach (var (dim, size) in dims.Zip(new long[] { 1, 3, height, width })) dim.DimValue = size;
    }
}
