namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class ReductionGradientTests
{
    [TestMethod]
    [DataRow("ReduceSum")]
    [DataRow("ReduceMean")]
    [DataRow("ReduceMax")]
    [DataRow("ReduceMin")]
    [DataRow("ReduceL1")]
    [DataRow("ReduceL2")]
    [DataRow("ReduceSumSquare")]
    [DataRow("ReduceLogSum")]
    [DataRow("ReduceLogSumExp")]
    public void Reduce_AnyAxes_FollowsFiniteDifferences(string operation)
    {
        foreach (long[]? axes in new long[]?[] { null, [0], [-1], [2, 0], [0, 1, 2] })
        {
            foreach (var keep in new[] { 0L, 1L })
            {
                foreach (var version in new long[] { 17, 18 })
                {
                    var node = new OperatorCase(operation).Between(operation == "ReduceLogSum" ? 0.5 : -2, 2, 2, 3, 2).With("keepdims", keep).OperatorSet(version);
                    if (axes is not null && (version >= 18 || operation == "ReduceSum")) node.Integers(axes);
                    else if (axes is not null) node.With("axes", axes);
                    node.Check();
                }
            }
        }
    }

    [TestMethod]
    public void ReduceSum_NoAxesAndNoOperation_PassesGradient() =>
        new OperatorCase("ReduceSum").Input(2, 3).With("noop_with_empty_axes", 1).Check();

    [TestMethod]
    public void ReduceL2_OfZeros_IsZero()
    {
        var graph = new TestGraph().Input("x", [2]);
        graph.Node("ReduceL2", "y", ["x"]);
        CollectionAssert.AreEqual(new float[2], graph.Gradients("y", ("x", [2], [0f, 0]))["x"]);
    }

    [TestMethod]
    public void ReduceMax_EqualValues_ShareGradient()
    {
        var graph = new TestGraph().Input("x", [4]);
        graph.Node("ReduceMax", "y", ["x"]);
        CollectionAssert.AreEqual(new[] { 0, 0.5f, 0.5f, 0 }, graph.Gradients("y", ("x", [4], [0f, 3, 3, -1]))["x"]);
    }
}
