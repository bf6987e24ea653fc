using MlNetVision.Gradients.Rules;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class ResizingGradientTests
{
    private static readonly string[] Roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

    private static readonly (long Height, long Width)[] Sizes = [(6, 8), (9, 10), (2, 3), (5, 2), (3, 4), (1, 1)];

    private static OperatorCase ToSize(string mode, string coordinates, long height, long width) => new OperatorCase("Resize")
        .Input(1, 2, 3, 4).Nothing().Nothing().Integers(1, 2, height, width).With("mode", mode).With("coordinate_transformation_mode", coordinates);

    private static OperatorCase ByScale(string mode, string coordinates, params float[] scales) => new OperatorCase("Resize")
        .Input(1, 2, 3, 4).Nothing().Given(scales, scales.Length).With("mode", mode).With("coordinate_transformation_mode", coordinates);

    [TestMethod]
    [DataRow("half_pixel")]
    [DataRow("pytorch_half_pixel")]
    [DataRow("asymmetric")]
    [DataRow("align_corners")]
    public void Resize_LinearToSize_FollowsFiniteDifferences(string coordinates)
    {
        foreach (var (height, width) in Sizes) ToSize("linear", coordinates, height, width).Check();
    }

    [TestMethod]
    [DataRow("half_pixel")]
    [DataRow("asymmetric")]
    [DataRow("align_corners")]
    [DataRow("tf_half_pixel_for_nn")]
    public void Resize_NearestToSize_FollowsFiniteDifferences(string coordinates)
    {
        foreach (var rounding in Roundings)
            foreach (var (height, width) in Sizes) ToSize("nearest", coordinates, height, width).With("nearest_mode", rounding).Check();
    }

    [TestMethod]
    [DataRow("linear", "half_pixel")]
    [DataRow("linear", "align_corners")]
    [DataRow("nearest", "asymmetric")]
    public void Resize_ByScale_FollowsFiniteDifferences(string mode, string coordinates)
    {
        ByScale(mode, coordinates, 1, 1, 2, 2).Check();
        ByScale(mode, coordinates, 1, 1, 1.6f, 0.7f).Check();
        ByScale(mode, coordinates, 1, 1, 1, 3).Check();
    }

    [TestMethod]
    public void Resize_OtherAxesAndRanks_FollowsFiniteDifferences()
    {
        new OperatorCase("Resize").Input(3, 4).Nothing().Given([2, 1.5f], 2).With("mode", "linear").Check();
        new OperatorCase("Resize").Input(1, 3, 2, 2).Nothing().Given([1, 2, 2, 1], 4).With("mode", "nearest").Check();
        new OperatorCase("Resize").Input(1, 3, 4, 2).Nothing().Nothing().Integers(1, 5, 7, 2).With("mode", "linear").Check();
        new OperatorCase("Resize").Input(1, 2, 3, 4).Nothing().Given([2, 2], 2).With("axes", new long[] { 2, 3 }).With("mode", "linear").OperatorSet(18).Check();
    }

    /// <summary>Pixels that are only repeated are summed, not multiplied by a matrix.</summary>
    [TestMethod]
    [DataRow("nearest", "asymmetric", "floor", 6, 2)]
    [DataRow("nearest", "half_pixel", "round_prefer_floor", 9, 3)]
    [DataRow("nearest", "asymmetric", "ceil", 6, 0)]
    [DataRow("nearest", "half_pixel", "floor", 7, 0)]
    [DataRow("linear", "half_pixel", "floor", 6, 0)]
    public void Repeats_NearestByWholeFactor_IsFactor(string mode, string coordinates, string rounding, int outputs, int expected) =>
        Assert.AreEqual(expected, new Interpolation(mode, coordinates, rounding).Repeats(3, outputs, outputs / 3f));

    [TestMethod]
    public void Resize_CubicOrUnknownSize_SaysSo()
    {
        Assert.Contains("'cubic'", Assert.ThrowsExactly<BadModelException>(() => ToSize("cubic", "half_pixel", 6, 8).Check()).Message);
        var graph = new TestGraph().Input("x", [1, 1, -1, 2]);
        graph.Node("Resize", "y", ["x", "", graph.Floats("scales", [1, 1, 2, 2], 4)], ("mode", "linear"));
        var e = Assert.ThrowsExactly<BadModelException>(() => graph.Gradients("y", ("x", [1, 1, 2, 2], [1, 2, 3, 4])));
        Assert.Contains("axis 2 of 'x' is free", e.Message);
    }
}
