using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>The image itself as what is optimised, through a network of VGG's kind whose weights stay.</summary>
[TestClass]
public sealed class ImageGradientTests
{
    /// <summary>RgbImage of free size → convolutions, ReLU, pooling → Gram matrix of the first features and the last features.</summary>
    private static OnnxModel Network(bool loss)
    {
        var g = new GraphWriter("vgg");
        var random = new Random(3);
        string Weights(string name, params long[] shape) =>
            g.Floats(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)((random.NextDouble() * 2) - 1) * 0.5f)], shape);
        g.Input("image", DataType.Float, 1, 3, -1, -1);
        g.Node("Conv", "c1", ["image", Weights("w1", 5, 3, 3, 3), Weights("b1", 5)], ("pads", (long[])[1, 1, 1, 1]));
        g.Node("Relu", "r1", ["c1"]);
        g.Node("Reshape", "rows", ["r1", g.Integers("flat", [5, -1], 2)]);
        g.Node("MatMul", "gram", ["rows", g.Node("Transpose", "columns", ["rows"], ("perm", (long[])[1, 0]))]);
        g.Node("AveragePool", "p1", ["r1"], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]));
        g.Node("Conv", "c2", ["p1", Weights("w2", 6, 5, 3, 3)], ("pads", (long[])[1, 1, 1, 1]));
        g.Node("Relu", "r2", ["c2"]);
        g.Node("MaxPool", "features", ["r2"], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]));
        if (!loss)
        {
            foreach (var o in (string[])["gram", "features"]) g.Output(o, DataType.Float);
            var forward = g.Build();
            foreach (var o in forward.Graph.Output) o.Type.TensorType.Shape = null;
            return forward;
        }
        g.Node("Sub", "off", ["gram", Weights("style", 5, 5)]);
        g.Node("ReduceMean", "loss", [g.Node("Mul", "squares", ["off", "off"])], ("keepdims", 0));
        g.Output("loss", DataType.Float);
        return g.Build();
    }

    /// <summary>Seeds with which no value comes so near to a kink of ReLU or pooling that a difference crosses it.</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Differentiate_FreeSize_FollowsFiniteDifferences(int seed) => FiniteDifferences.Check(Network(loss: false), [new Sample("image", [1, 3, 4, 8])], seed: seed);

    [TestMethod]
    public void Step_DescendingTheImage_LowersTheLossAtAnySize()
    {
        using var session = new GradientSession(TrainingGraph.Differentiate(Network(loss: true), "loss", [], new() { WithRespectTo = ["image"] }), new() { Threads = 1 });
        foreach (var side in (long[])[8, 16])
        {
            var random = new Random(5);
            float[] image = [.. Enumerable.Range(0, (int)(3 * side * side)).Select(_ => (float)random.NextDouble() * 0.2f)];
            var feeds = new Dictionary<string, TrainingFeed> { ["image"] = TrainingFeed.Of<float>(image, 1, 3, side, side) };
            var first = session.Step(feeds);
            var last = first;
            for (var i = 0; i < 50; i++)
            {
                var gradient = session.InputGradients["image"];
                CollectionAssert.AreEqual((long[])[1, 3, side, side], gradient.Shape.ToArray());
                var length = MathF.Sqrt(gradient.Values.Sum(v => v * v));
                for (var p = 0; p < image.Length; p++) image[p] -= 0.1f * gradient.Values[p] / length;
                last = session.Step(feeds);
            }
            Assert.IsLessThan(0.5f * first, last);
        }
    }
}
