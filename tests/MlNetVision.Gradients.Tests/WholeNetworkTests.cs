using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Tests;

/// <summary>Networks as they are used, from the image to their output.</summary>
[TestClass]
public sealed class WholeNetworkTests
{
    [TestMethod]
    [DataRow("blood-cells", new long[] { 1, 3, 320, 320 }, 1f)]
    [DataRow("streets", new long[] { 1, 3, 360, 480 }, 1f)]
    [DataRow("starry-night", new long[] { 1, 3, 64, 48 }, 255f)]
    public void Gradient_OfBundledNetworkByImage_IsSlope(string name, long[] shape, float brightest) =>
        CheckSlope(Path.Combine(MlNetVision.Tests.Shared.Repository, "assets", "models", $"{name}.onnx"), shape, brightest);

    [TestMethod]
    [DataRow("onnx/vgg16-notop.onnx", new long[] { 1, 64, 96, 3 }, 128f)]
    [DataRow("onnx/deeplabv3-mobilenetv2-voc-257.onnx", new long[] { 1, 257, 257, 3 }, 1f)]
    [DataRow("ours/flowers.onnx", new long[] { 2, 3, 160, 160 }, 1f)]
    public void Gradient_OfSharedNetworkByImage_IsSlope(string name, long[] shape, float brightest) =>
        CheckSlope(MlNetVision.Tests.Shared.Path("models", name), shape, brightest);

    /// <summary>
    /// The slope of a loss along its gradient is the gradient's length. Over the stretch that single precision asks for, a network of ReLUs
    /// has many kinks, so the slope agrees to a hundredth and not to a thousandth.
    /// </summary>
    private static void CheckSlope(string path, long[] shape, float brightest)
    {
        var model = OnnxModel.Load(path);
        var input = model.Inputs.Single().Name;
        foreach (var (dim, size) in model.Graph.Input.Single(i => i.Name == input).Type.TensorType.Shape.Dim.Zip(shape)) dim.DimValue = size;
        LossGraph.AddMeanSquaredError(model, model.Outputs[0].Name, new() { Target = "truth" });
        var graph = TrainingGraph.Differentiate(model, "loss", [], new() { WithRespectTo = [input], KeepOutputs = false });

        var random = new Random(1);
        float[] image = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => brightest * random.NextSingle())];
        var truth = model.Inputs.Single(i => i.Name == "truth").Shape.Select(d => d ?? shape[0]).ToArray();
        Dictionary<string, Feed> Feeds(float[] x) => new()
        {
            [input] = new(shape, x),
            ["truth"] = new(truth, new float[truth.Aggregate((a, b) => a * b)]),
        };
        var gradient = GraphRunner.Run(graph.Model, Feeds(image))[graph.Gradients.Single().Output];

        using var forward = new GraphRunner(model);
        var (length, step) = (Math.Sqrt(gradient.Sum(g => (double)g * g)), 0.005 * brightest);
        double Moved(double by) => forward.Run(Feeds([.. image.Zip(gradient, (x, g) => (float)(x + (by * g / length)))]))["loss"][0];
        Assert.AreEqual(1, (Moved(step) - Moved(-step)) / (2 * step) / length, 0.01);
    }
}
