using MlNetVision.Gradients.Losses;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class CompositionTests
{
    /// <summary>A tensor used three times gets the sum: (x·σ(x) + x)′ = σ + x·σ·(1 − σ) + 1.</summary>
    [TestMethod]
    public void Gradient_TensorUsedManyTimes_IsSum()
    {
        var graph = new TestGraph().Input("x", [3]);
        graph.Node("Sigmoid", "s", ["x"]);
        graph.Node("Mul", "swish", ["x", "s"]);
        graph.Node("Add", "y", ["swish", "x"]);
        float[] x = [-1, 0, 2];
        var gradient = graph.Gradients("y", ("x", [3], x))["x"];
        for (var i = 0; i < 3; i++)
        {
            var s = 1 / (1 + Math.Exp(-x[i]));
            Assert.AreEqual(s + (x[i] * s * (1 - s)) + 1, gradient[i], 1e-6);
        }
    }

    /// <summary>The lengths of vectors are 1 after division by them, so the gradient along a vector itself vanishes.</summary>
    [TestMethod]
    public void Gradient_NormalisedVector_IsAcrossIt()
    {
        var graph = new TestGraph().Input("x", [2]);
        graph.Node("ReduceL2", "length", ["x"]);
        graph.Node("Div", "unit", ["x", "length"]);
        graph.Node("Mul", "y", ["unit", graph.Floats("w", [1, 0], 2)]);
        var gradient = graph.Gradients("y", ("x", [2], [3f, 4]))["x"];
        Assert.AreEqual(16 / 125.0, gradient[0], 1e-6);   // (1 − cos²)/|x|
        Assert.AreEqual(-12 / 125.0, gradient[1], 1e-6);  // −cos·sin/|x|
    }

    /// <summary>The classic: (softmax − one-hot)/N.</summary>
    [TestMethod]
    public void Gradient_CrossEntropy_IsSoftmaxMinusTruth()
    {
        var graph = new TestGraph().Input("x", [2, 3]);
        graph.Node("Identity", "logits", ["x"]);
        var model = LossGraph.AddCrossEntropy(graph.Model("logits"), "logits");
        var training = TrainingGraph.Differentiate(model, "loss", [], new TrainingGraphOptions { WithRespectTo = ["x"] });
        float[] x = [1, 2, 3, 0, 0, 0];
        var outputs = GraphRunner.Run(training.Model, new Dictionary<string, Feed> { ["x"] = new([2, 3], x), ["labels"] = new([2], Integers: [2, 0]) });
        var gradient = outputs[training.Gradients.Single().Output];
        double[] e = [Math.Exp(1), Math.Exp(2), Math.Exp(3)];
        double[] expected = [e[0] / e.Sum() / 2, e[1] / e.Sum() / 2, ((e[2] / e.Sum()) - 1) / 2, -1 / 3.0, 1 / 6.0, 1 / 6.0];
        for (var i = 0; i < 6; i++) Assert.AreEqual(expected[i], gradient[i], 1e-6);
    }

    [TestMethod]
    [DataRow(0f, false, false)]
    [DataRow(0.1f, true, false)]
    [DataRow(0.1f, true, true)]
    public void Gradient_CrossEntropyWithOptions_FollowsFiniteDifferences(float smoothing, bool weighted, bool soft)
    {
        var options = new CrossEntropyOptions { LabelSmoothing = smoothing, ClassWeights = weighted ? [1, 0.5f, 2] : null, SoftTargets = soft };
        var given = soft
            ? new Feed([2, 3, 2], [0.2f, 0.1f, 0.3f, 0.4f, 0.5f, 0.5f, 1, 0, 0, 1, 0, 0])
            : new Feed([2, 2], Integers: [0, 2, 3, 1]);
        FiniteDifferences.Check(Loss(m => LossGraph.AddCrossEntropy(m, "logits", options), 2, 3, 2), [new Sample("x", [2, 3, 2])], new Dictionary<string, Feed> { ["labels"] = given });
    }

    [TestMethod]
    public void Gradient_OtherLosses_FollowFiniteDifferences()
    {
        FiniteDifferences.Check(Loss(m => LossGraph.AddMeanSquaredError(m, "logits"), 2, 3), [new Sample("x", [2, 3]), new Sample("target", [2, 3])]);
        FiniteDifferences.Check(
            Loss(m => LossGraph.AddKullbackLeibler(m, "logits", new() { Temperature = 2 }), 2, 4), [new Sample("x", [2, 4]), new Sample("teacher", [2, 4])]);
    }

    /// <summary>An old network is raised first: in operator set 8 Softmax took all axes from the second on, and ReduceSum had its axes as attribute.</summary>
    [TestMethod]
    public void Gradient_OldOperatorSet_IsThatOfItsMeaning()
    {
        var graph = new TestGraph().Input("x", [2, 2, 3]);
        graph.Node("Softmax", "p", ["x"]);
        graph.Node("Mul", "square", ["p", "p"]);
        graph.Node("ReduceSum", "y", ["square"], ("axes", new long[] { 1 }));
        var model = graph.Model("y");
        model.Proto.OpsetImport[0].Version = 8;
        FiniteDifferences.Check(model, [new Sample("x", [2, 2, 3])]);
    }

    /// <summary>What dropout multiplies by on the way forward it multiplies by on the way back.</summary>
    [TestMethod]
    public void Gradient_DropoutInTraining_IsMask()
    {
        var builder = new GraphWriter("net");
        var dropped = builder.Node("Dropout", "dropped", [builder.Input("x", DataType.Float, 4), builder.Floats("ratio", [0.75f])]);
        builder.Output(builder.Node("ReduceSum", "loss", [dropped], ("keepdims", 0L)), DataType.Float);
        var training = TrainingGraph.Differentiate(builder.Build(), "loss", [], new TrainingGraphOptions { WithRespectTo = ["x"] });
        var mask = training.Dropouts.Single();
        Assert.AreEqual(0.75f, mask.Ratio);
        var outputs = GraphRunner.Run(training.Model, new Dictionary<string, Feed> { ["x"] = new([4], [1, 2, 3, 4]), [mask.Input] = new([4], [0, 4, 0, 4]) });
        Assert.AreEqual(24f, outputs["loss"][0]);
        CollectionAssert.AreEqual(new[] { 0f, 4, 0, 4 }, outputs[training.Gradients.Single().Output]);
    }

    [TestMethod]
    public void Differentiate_OperatorWithoutRule_NamesNode()
    {
        var graph = new TestGraph().Input("x", [3]);
        graph.Node("Sinh", "strange", ["x"]);
        var e = Assert.ThrowsExactly<BadModelException>(() => graph.Gradients("strange", ("x", [3], [1, 2, 3])));
        Assert.Contains("node 'strange' (Sinh)", e.Message);
    }

    private static OnnxModel Loss(Func<OnnxModel, OnnxModel> add, params long[] shape)
    {
        var builder = new GraphWriter("net");
        builder.Output(builder.Node("Identity", "logits", [builder.Input("x", DataType.Float, shape)]), DataType.Float, shape);
        var model = add(builder.Build());
        model.Graph.Output.RemoveAt(0);
        return model;
    }
}
