namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class ElementwiseGradientTests
{
    /// <summary>Equal shapes, a vector, a scalar, axes of one on either side and on both.</summary>
    private static readonly (long[] A, long[] B)[] Broadcasts =
        [([2, 3], [2, 3]), ([2, 3], [3]), ([3], [2, 3]), ([2, 3], []), ([1], [2, 1]), ([2, 1, 4], [3, 1]), ([2, 3, 2, 2], [3, 1, 1])];

    [TestMethod]
    [DataRow("Add")]
    [DataRow("Sub")]
    [DataRow("Mul")]
    [DataRow("Sum")]
    [DataRow("Mean")]
    [DataRow("Min")]
    [DataRow("Max")]
    public void Binary_AnyBroadcast_FollowsFiniteDifferences(string operation)
    {
        foreach (var (a, b) in Broadcasts) new OperatorCase(operation).Input(a).Input(b).Check();
    }

    [TestMethod]
    public void Div_AnyBroadcast_FollowsFiniteDifferences()
    {
        foreach (var (a, b) in Broadcasts) new OperatorCase("Div").Input(a).Between(0.6, 2, b).Check();
    }

    [TestMethod]
    public void Pow_AnyBroadcast_FollowsFiniteDifferences()
    {
        foreach (var (a, b) in Broadcasts) new OperatorCase("Pow").Between(0.4, 1.9, a).Input(b).Check();
    }

    [TestMethod]
    [DataRow(2f)]
    [DataRow(3f)]
    [DataRow(-1f)]
    public void Pow_ConstantExponent_TakesNegativeBase(float exponent)
    {
        new OperatorCase("Pow").Between(-2, -0.4, 3, 5).Given([exponent]).Check();
        new OperatorCase("Pow").Between(-2, -0.4, 3, 5).Integers((long)exponent).Check();
    }

    [TestMethod]
    [DataRow("Sum", 3)]
    [DataRow("Mean", 3)]
    [DataRow("Max", 3)]
    [DataRow("Min", 1)]
    [DataRow("Sum", 1)]
    public void Variadic_ManyInputs_FollowsFiniteDifferences(string operation, int inputs)
    {
        var node = new OperatorCase(operation);
        for (var i = 0; i < inputs; i++) node.Input(i == 1 ? [3] : [2, 3]);
        node.Check();
    }

    [TestMethod]
    [DataRow("Identity", -2, 2)]
    [DataRow("Neg", -2, 2)]
    [DataRow("Abs", -2, 2)]
    [DataRow("Exp", -2, 2)]
    [DataRow("Log", 0.3, 3)]
    [DataRow("Sqrt", 0.3, 3)]
    [DataRow("Reciprocal", 0.5, 3)]
    [DataRow("Erf", -2, 2)]
    [DataRow("Relu", -2, 2)]
    [DataRow("LeakyRelu", -2, 2)]
    [DataRow("Elu", -2, 2)]
    [DataRow("HardSigmoid", -4, 4)]
    [DataRow("HardSwish", -4.4, 4.4)]
    [DataRow("Sigmoid", -4, 4)]
    [DataRow("Softplus", -4, 4)]
    [DataRow("Tanh", -2, 2)]
    [DataRow("Dropout", -2, 2)]
    [DataRow("Sin", -2, 2)]
    [DataRow("Cos", -2, 2)]
    [DataRow("Atan", -2, 2)]
    [DataRow("Softsign", -2, 2)]
    [DataRow("ThresholdedRelu", 0.4, 1.6)]
    [DataRow("Celu", -2, 2)]
    [DataRow("Selu", -2, 2)]
    public void Unary_FollowsFiniteDifferences(string operation, double low, double high)
    {
        new OperatorCase(operation).Between(low, high, 3, 4).Check();
        new OperatorCase(operation).Between(low, high, 2, 2, 1, 3).Check();
        new OperatorCase(operation).Between(low, high).Check();
    }

    [TestMethod]
    [DataRow("LeakyRelu", 0.3f)]
    [DataRow("LeakyRelu", -0.5f)]
    [DataRow("Elu", 0.4f)]
    [DataRow("HardSigmoid", 0.5f)]
    [DataRow("Celu", 0.4f)]
    [DataRow("Selu", 0.7f)]
    [DataRow("ThresholdedRelu", 0f)]
    public void Unary_OtherAlpha_FollowsFiniteDifferences(string operation, float alpha) =>
        new OperatorCase(operation).Input(3, 4).With("alpha", alpha).Check();

    /// <summary>Operators that came with later operator sets.</summary>
    [TestMethod]
    [DataRow("Mish", 18)]
    [DataRow("Gelu", 20)]
    public void Unary_LaterOperatorSet_FollowsFiniteDifferences(string operation, int operatorSet)
    {
        new OperatorCase(operation).Between(-4, 4, 3, 4).OperatorSet(operatorSet).Check();
        new OperatorCase(operation).Between(-4, 4).OperatorSet(operatorSet).Check();
    }

    [TestMethod]
    public void Gelu_WithTanh_FollowsFiniteDifferences() =>
        new OperatorCase("Gelu").Between(-4, 4, 3, 4).With("approximate", "tanh").OperatorSet(20).Check();

    [TestMethod]
    public void Selu_OtherGamma_FollowsFiniteDifferences() => new OperatorCase("Selu").Input(3, 4).With("gamma", 1.5f).Check();

    /// <summary>A slope for each of several channels, also where the input has channels alone, or one slope in a vector.</summary>
    [TestMethod]
    public void PRelu_ManySlopes_FollowsFiniteDifferences()
    {
        new OperatorCase("PRelu").Input(2, 3, 4).Input(3, 1).Check();
        new OperatorCase("PRelu").Input(2, 3, 2, 2, 2).Input(3, 1, 1, 1).Check();
        new OperatorCase("PRelu").Input(2, 3).Input(3).Check();
        new OperatorCase("PRelu").Input(2, 3, 4).Input(1, 3, 1).Check();
    }

    [TestMethod]
    public void HardSigmoid_OtherBeta_FollowsFiniteDifferences() => new OperatorCase("HardSigmoid").Between(-2.2, 2.2, 3, 4).With("beta", 0.3f).Check();

    [TestMethod]
    public void PRelu_SlopeAChannelOrOne_FollowsFiniteDifferences()
    {
        new OperatorCase("PRelu").Input(2, 3, 2, 2).Input(3, 1, 1).Check();
        new OperatorCase("PRelu").Input(2, 3).Input(1).Check();
        new OperatorCase("PRelu").Input(2, 3).Input(2, 3).Check();
    }

    /// <summary>Samples lie 1/3 apart, at … −0.83, … 1.17 …, so that none is near a bound.</summary>
    [TestMethod]
    public void Clip_EitherBoundOrBoth_FollowsFiniteDifferences()
    {
        new OperatorCase("Clip").Input(3, 4).Given([-0.9f]).Given([1.05f]).Check();
        new OperatorCase("Clip").Input(3, 4).Given([-0.9f]).Check();
        new OperatorCase("Clip").Input(3, 4).Nothing().Given([1.05f]).Check();
        new OperatorCase("Clip").Input(3, 4).Check();
    }

    [TestMethod]
    public void Where_AnyBroadcast_FollowsFiniteDifferences()
    {
        bool[] truths = [true, false, true, true, false, false];
        new OperatorCase("Where").Truths(truths, 2, 3).Input(2, 3).Input(2, 3).Check();
        new OperatorCase("Where").Truths(truths, 2, 3).Input(3).Input(2, 1).Check();
        new OperatorCase("Where").Truths([true, false], 2, 1).Input(2, 3).Input().Check();
    }

    [TestMethod]
    public void Cast_ToFloat_PassesGradient() => new OperatorCase("Cast").Input(4).With("to", 1).Check();

    /// <summary>Of equal inputs each gets its share.</summary>
    [TestMethod]
    public void Max_EqualInputs_SharesGradient()
    {
        var graph = new TestGraph().Input("a", [2]).Input("b", [2]);
        graph.Node("Max", "y", ["a", "b"]);
        var gradients = graph.Gradients("y", ("a", [2], [3, 1]), ("b", [2], [3, 0]));
        CollectionAssert.AreEqual(new[] { 0.5f, 1 }, gradients["a"]);
        CollectionAssert.AreEqual(new[] { 0.5f, 0 }, gradients["b"]);
    }

    /// <summary>At the kink itself ReLU and the absolute value pass nothing, and clipping passes what is just within its bounds.</summary>
    [TestMethod]
    [DataRow("Relu", 0f)]
    [DataRow("Abs", 0f)]
    [DataRow("LeakyRelu", 0.01f)]
    public void Unary_AtZero_HasConventionalGradient(string operation, float expected)
    {
        var graph = new TestGraph().Input("a", [1]);
        graph.Node(operation, "y", ["a"]);
        Assert.AreEqual(expected, graph.Gradients("y", ("a", [1], [0f]))["a"][0]);
    }
}
