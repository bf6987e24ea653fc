using MlNetVision.Detection;

namespace MlNetVision.Tests.Detection;

/// <summary>Turned boxes by hand, and against counting the points of a fine grid.</summary>
[TestClass]
public sealed class RotatedBoxesTests
{
    private static readonly BoundingBox Square = new(0, 0, 2, 2);

    [TestMethod]
    public void Corners_QuarterTurn_GoClockwise()
    {
        // 4×2 about (2, 1): turned by 90° clockwise, what was left top is right top.
        var corners = RotatedBoxes.Corners(new(0, 0, 4, 2), MathF.PI / 2);

        (float X, float Y)[] expected = [(3, -1), (3, 3), (1, 3), (1, -1)];
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual(expected[i].X, corners[i].X, 1e-6f, $"x of corner {i}");
            Assert.AreEqual(expected[i].Y, corners[i].Y, 1e-6f, $"y of corner {i}");
        }
    }

    [TestMethod]
    public void Corners_NoTurn_AreTheBoxes() =>
        CollectionAssert.AreEqual(new (float, float)[] { (1, 2), (5, 2), (5, 8), (1, 8) }, RotatedBoxes.Corners(new(1, 2, 5, 8), 0));

    [TestMethod]
    public void Hull_SquareTurnedByAnEighth_IsWiderByRootTwo()
    {
        var hull = RotatedBoxes.Hull(Square, MathF.PI / 4);

        Assert.AreEqual(1 - MathF.Sqrt(2), hull.Left, 1e-6f);
        Assert.AreEqual(1 - MathF.Sqrt(2), hull.Top, 1e-6f);
        Assert.AreEqual(1 + MathF.Sqrt(2), hull.Right, 1e-6f);
        Assert.AreEqual(1 + MathF.Sqrt(2), hull.Bottom, 1e-6f);
    }

    [TestMethod]
    public void IoU_SquareTurnedByAnEighthOnItself_IsRootHalf()
    {
        // Both have 4, and their octagon 8·(√2 − 1): 8·(√2 − 1) / (8 − 8·(√2 − 1)) = √2/2.
        Assert.AreEqual(Math.Sqrt(0.5), RotatedBoxes.IoU(Square, MathF.PI / 4, Square, 0), 1e-6);
    }

    [TestMethod]
    public void IoU_TurnedSquareWithinAnother_IsTheRatioOfAreas()
    {
        // Side √2 turned by 45° has its corners on the middles of the sides of 2×2: area 2 of 4.
        var inner = BoundingBox.FromCenter(1, 1, MathF.Sqrt(2), MathF.Sqrt(2));

        Assert.AreEqual(0.5, RotatedBoxes.IoU(inner, MathF.PI / 4, Square, 0), 1e-6);
        Assert.AreEqual(0.5, RotatedBoxes.IoU(Square, 0, inner, MathF.PI / 4), 1e-6);
        Assert.AreEqual(0.25, RotatedBoxes.IoU(BoundingBox.FromCenter(1, 1, 1, 1), 0.3f, Square, 0.3f), 1e-6);
    }

    [TestMethod]
    [DataRow(0.1f)]
    [DataRow(1f)]
    [DataRow(-2.5f)]
    public void IoU_SameBox_IsOne(float angle)
    {
        foreach (var box in new BoundingBox[] { new(3, 4, 10, 6), new(1e5f, 2e5f, 1e5f + 7, 2e5f + 3), new(-0.3f, -0.2f, 0.1f, 0.7f) })
            Assert.AreEqual(1f, RotatedBoxes.IoU(box, angle, box, angle));
    }

    [TestMethod]
    [DataRow(0.2f)]
    [DataRow(-1.2f)]
    public void IoU_SidesSwappedAndQuarterTurn_IsTheSameBox(float angle)
    {
        var (wide, tall) = (BoundingBox.FromCenter(5, 6, 8, 2), BoundingBox.FromCenter(5, 6, 2, 8));

        Assert.AreEqual(1, RotatedBoxes.IoU(wide, angle, tall, angle + MathF.PI / 2), 1e-6);
        Assert.AreEqual(1, RotatedBoxes.IoU(wide, angle, wide, angle + MathF.PI), 1e-6);
    }

    [TestMethod]
    public void IoU_DisjointOrEmpty_IsZero()
    {
        // Their hulls overlap: two thin boxes along the same diagonal direction, side by side.
        var thin = BoundingBox.FromCenter(0, 0, 10, 1);
        Assert.AreEqual(0, RotatedBoxes.IoU(thin, MathF.PI / 4, BoundingBox.FromCenter(2, -2, 10, 1), MathF.PI / 4));
        Assert.AreEqual(0, RotatedBoxes.IoU(thin, 0.3f, BoundingBox.FromCenter(100, 0, 10, 1), 0));
        Assert.AreEqual(0, RotatedBoxes.IoU(thin, 0.3f, new(0, 0, 0, 5), 0.1f));
    }

    [TestMethod]
    public void IoU_RandomPairs_IsThatOfAFineGrid()
    {
        const int Steps = 400;
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            var (a, angleA) = Drawn(random);
            var (b, angleB) = Drawn(random);
            var (both, either) = (0, 0);
            for (var y = 0; y < Steps; y++)
            {
                for (var x = 0; x < Steps; x++)
                {
                    var point = ((x + 0.5) * 20 / Steps - 5, (y + 0.5) * 20 / Steps - 5);
                    var (inA, inB) = (IsIn(point, a, angleA), IsIn(point, b, angleB));
                    if (inA && inB) both++;
                    if (inA || inB) either++;
                }
            }
            Assert.AreEqual((double)both / either, RotatedBoxes.IoU(a, angleA, b, angleB), 0.01, $"{a} by {angleA} and {b} by {angleB}");
            Assert.AreEqual(RotatedBoxes.IoU(b, angleB, a, angleA), RotatedBoxes.IoU(a, angleA, b, angleB), 1e-5);
        }
    }

    private static (BoundingBox Box, float Angle) Drawn(Random random) => (
        BoundingBox.FromCenter(random.Next(3, 8), random.Next(3, 8), 1 + 5 * random.NextSingle(), 1 + 5 * random.NextSingle()),
        (random.NextSingle() - 0.5f) * 7);

    /// <summary>Whether a point, turned back about the centre, is within the box.</summary>
    private static bool IsIn((double X, double Y) point, BoundingBox box, float angle)
    {
        var (dx, dy) = (point.X - (box.Left + box.Right) / 2, point.Y - (box.Top + box.Bottom) / 2);
        var (sin, cos) = Math.SinCos(-angle);
        return Math.Abs(dx * cos - dy * sin) <= box.Width / 2 && Math.Abs(dx * sin + dy * cos) <= box.Height / 2;
    }
}
