namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class ShapingGradientTests
{
    [TestMethod]
    [DataRow(new long[] { 4, 6 })]
    [DataRow(new long[] { -1 })]
    [DataRow(new long[] { 0, -1 })]
    [DataRow(new long[] { 0, 3, 2, 2 })]
    public void Reshape_FollowsFiniteDifferences(long[] shape) => new OperatorCase("Reshape").Input(2, 3, 4).Integers(shape).Check();

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(-1)]
    public void Flatten_FollowsFiniteDifferences(int axis) => new OperatorCase("Flatten").Input(2, 3, 2).With("axis", axis).Check();

    [TestMethod]
    public void SqueezeAndUnsqueeze_FollowFiniteDifferences()
    {
        new OperatorCase("Squeeze").Input(1, 3, 1, 2).Check();
        new OperatorCase("Squeeze").Input(1, 3, 1, 2).Integers(-2).Check();
        new OperatorCase("Unsqueeze").Input(3, 2).Integers(0, 2, -1).Check();
    }

    [TestMethod]
    public void ExpandAndTile_FollowFiniteDifferences()
    {
        new OperatorCase("Expand").Input(3, 1).Integers(2, 1, 4).Check();
        new OperatorCase("Expand").Input(2, 3).Integers(2, 3).Check();
        new OperatorCase("Expand").Input().Integers(2, 2).Check();
        new OperatorCase("Tile").Input(2, 3).Integers(2, 3).Check();
        new OperatorCase("Tile").Input(3).Integers(1).Check();
    }

    [TestMethod]
    public void Transpose_FollowsFiniteDifferences()
    {
        new OperatorCase("Transpose").Input(2, 3, 4).Check();
        new OperatorCase("Transpose").Input(2, 3, 4).With("perm", new long[] { 1, 2, 0 }).Check();
        new OperatorCase("Transpose").Input(2, 3, 2, 2).With("perm", new long[] { 0, 2, 3, 1 }).Check();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(-1)]
    public void Concat_FollowsFiniteDifferences(int axis)
    {
        long[] other = axis == 0 ? [1, 3] : [2, 2];
        new OperatorCase("Concat").Input(2, 3).Input(other).Input(2, 3).With("axis", axis).Check();
        new OperatorCase("Concat").Input(2, 3).With("axis", axis).Check();
    }

    [TestMethod]
    public void Split_FollowsFiniteDifferences()
    {
        new OperatorCase("Split").Input(4, 6).With("axis", 1).Outputs(3).Check();
        new OperatorCase("Split").Input(4, 6).Outputs(2).Check();
        new OperatorCase("Split").Input(4, 6).Integers(1, 5).With("axis", -1).Outputs(2).Check();
        new OperatorCase("Split").Input(5, 2).With("num_outputs", 2).Outputs(2).OperatorSet(18).Check();
    }

    [TestMethod]
    public void Split_PartWithoutUse_GetsZeros()
    {
        var graph = new TestGraph().Input("x", [3, 2]);
        graph.Nodes("Split", ["x", graph.Integers("sizes", 1, 2)], ["used", "unused"]);
        graph.Node("Neg", "y", ["used"]);
        var gradient = graph.Gradients("y", ("x", [3, 2], [1, 2, 3, 4, 5, float.PositiveInfinity]))["x"];
        CollectionAssert.AreEqual(new[] { -1f, -1, 0, 0, 0, 0 }, gradient);
    }

    [TestMethod]
    [DataRow(new long[] { 1 }, new long[] { 4 }, new long[] { 0 }, null)]
    [DataRow(new long[] { 1, -3 }, new long[] { 4, 1000 }, null, null)]
    [DataRow(new long[] { 0 }, new long[] { 7 }, new long[] { -1 }, new long[] { 2 })]
    [DataRow(new long[] { 1 }, new long[] { 7 }, new long[] { 1 }, new long[] { 3 })]
    [DataRow(new long[] { 2 }, new long[] { 3 }, new long[] { 1 }, new long[] { 5 })]
    [DataRow(new long[] { -1 }, new long[] { long.MinValue }, new long[] { 1 }, new long[] { -1 })]
    [DataRow(new long[] { -2, 100 }, new long[] { 0, -100 }, new long[] { 0, 1 }, new long[] { -1, -2 })]
    [DataRow(new long[] { 5 }, new long[] { 0 }, new long[] { 1 }, new long[] { -3 })]
    [DataRow(new long[] { 4, 1 }, new long[] { 0, 6 }, new long[] { 0, 1 }, new long[] { -2, 2 })]
    public void Slice_FollowsFiniteDifferences(long[] starts, long[] ends, long[]? axes, long[]? steps)
    {
        var slice = new OperatorCase("Slice").Input(5, 7).Integers(starts).Integers(ends);
        if (axes is not null) slice.Integers(axes);
        if (steps is not null) slice.Integers(steps);
        slice.Check();
    }

    [TestMethod]
    public void Slice_OfImages_FollowsFiniteDifferences() =>
        new OperatorCase("Slice").Input(2, 2, 5, 4).Integers(1, 3).Integers(5, -100).Integers(2, 3).Integers(2, -1).Check();

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(-1)]
    public void Gather_FollowsFiniteDifferences(int axis)
    {
        new OperatorCase("Gather").Input(3, 4, 3).Integers(2, 0, 2, -1).With("axis", axis).Check();
        new OperatorCase("Gather").Input(3, 4, 3).Indices([1, 1, 0, 2, 1, -3], 3, 2).With("axis", axis).Check();
        new OperatorCase("Gather").Input(3, 4, 3).Indices([1]).With("axis", axis).Check();
    }

    [TestMethod]
    [DataRow("constant")]
    [DataRow("reflect")]
    [DataRow("edge")]
    public void Pad_FollowsFiniteDifferences(string mode)
    {
        new OperatorCase("Pad").Input(3, 4).Integers(1, 2, 2, 3).With("mode", mode).Check();
        new OperatorCase("Pad").Input(1, 2, 3, 4).Integers(0, 0, 1, 2, 0, 0, 2, 1).With("mode", mode).Check();
        new OperatorCase("Pad").Input(1, 2, 3, 4).Integers(0, 0, 0, 3, 0, 0, 0, 0).With("mode", mode).Check();
        new OperatorCase("Pad").Input(5, 4).Integers(2, -1, -1, 2).With("mode", mode).Check();
        new OperatorCase("Pad").Input(3, 4).Integers(2, 1).Nothing().Integers(-1).With("mode", mode).OperatorSet(18).Check();
    }

    [TestMethod]
    public void Pad_ConstantValueOrNegative_FollowsFiniteDifferences()
    {
        new OperatorCase("Pad").Input(3, 4).Integers(1, 0, 0, 1).Given([5f]).Check();
        new OperatorCase("Pad").Input(3, 4).Integers(-1, 1, 0, -2).Check();
    }

    [TestMethod]
    public void DepthAndSpace_FollowFiniteDifferences()
    {
        new OperatorCase("DepthToSpace").Input(2, 8, 2, 3).With("blocksize", 2).Check();
        new OperatorCase("DepthToSpace").Input(2, 8, 2, 3).With("blocksize", 2).With("mode", "CRD").Check();
        new OperatorCase("SpaceToDepth").Input(2, 2, 4, 6).With("blocksize", 2).Check();
    }

    /// <summary>What stays free, such as the number of images, need not be known.</summary>
    [TestMethod]
    public void Shaping_FreeBatch_FollowsFiniteDifferences()
    {
        var graph = new TestGraph().Input("x", [-1, 2, 4]);
        graph.Node("Slice", "cut", ["x", graph.Integers("one", 1), graph.Integers("end", 4), graph.Integers("axis", 2), graph.Integers("step", 2)]);
        graph.Node("Concat", "both", ["cut", "x"], ("axis", 2L));
        graph.Node("Pad", "padded", ["both", graph.Integers("pads", 0, 0, 2, 0, 0, 1)], ("mode", "reflect"));
        graph.Node("Flatten", "flat", ["padded"]);
        graph.Node("ReduceMean", "mean", ["flat"], ("axes", new long[] { 0 }));
        graph.Node("Mul", "y", ["flat", "mean"]);
        FiniteDifferences.Check(graph.Model("y"), [new Sample("x", [3, 2, 4])]);
    }

    [TestMethod]
    public void Pad_UnknownMode_SaysSo()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() => new OperatorCase("Pad").Input(3, 4).Integers(1, 0, 0, 1).With("mode", "wrap").OperatorSet(19).Check());
        Assert.Contains("'wrap'", e.Message);
    }
}
