using System.Text;
using System.Text.Json;
using MlNetVision.Data;

namespace MlNetVision.Tests;

/// <summary>Masks against loops over single pixels, over random masks of every density.</summary>
[TestClass]
public sealed class InstanceMaskTests
{
    private const int Draws = 300;

    [TestMethod]
    public void FromPixels_RandomMasks_HasTheirPixelsAreaAndBounds()
    {
        foreach (var (width, height, pixels) in Drawn(1))
        {
            var mask = InstanceMask.FromPixels(width, height, pixels);

            var set = (from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) where pixels[y * width + x] != 0 select (X: x, Y: y)).ToList();
            Assert.AreEqual(set.Count, mask.Area);
            Assert.AreEqual(set.Count == 0 ? default : new(set.Min(p => p.X), set.Min(p => p.Y), set.Max(p => p.X) + 1, set.Max(p => p.Y) + 1), mask.Bounds);
            CollectionAssert.AreEqual(Array.ConvertAll(pixels, p => p == 0 ? (byte)0 : (byte)1), mask.ToPixels());
            for (var y = -1; y <= height; y++)
            {
                for (var x = -1; x <= width; x++) Assert.AreEqual(set.Contains((x, y)), mask.Contains(x, y), $"({x}, {y})");
            }
        }
    }

    [TestMethod]
    public void FromRuns_AnyOrderAndOverlap_EqualsTheMaskOfTheSamePixels()
    {
        var random = new Random(2);
        foreach (var (width, height, _) in Drawn(2))
        {
            var pixels = new byte[width * height];
            var runs = new List<MaskRun>();
            for (var i = random.Next(12); i > 0; i--)
            {
                var x = random.Next(width);
                var run = new MaskRun(random.Next(height), x, random.Next(1, width - x + 1));
                runs.Add(run);
                for (var at = x; at < x + run.Length; at++) pixels[run.Y * width + at] = 9;
            }

            var mask = InstanceMask.FromRuns(width, height, runs);

            var other = InstanceMask.FromPixels(width, height, pixels);
            Assert.AreEqual(other, mask);
            Assert.AreEqual(other.GetHashCode(), mask.GetHashCode());
            CollectionAssert.AreEqual(other.Runs.ToArray(), mask.Runs.ToArray());
        }
    }

    [TestMethod]
    public void Equals_OtherSizeOrPixel_IsFalse()
    {
        var mask = InstanceMask.FromRuns(4, 3, [new(1, 1, 2)]);

        Assert.AreNotEqual(mask, InstanceMask.FromRuns(5, 3, [new(1, 1, 2)]));
        Assert.AreNotEqual(mask, InstanceMask.FromRuns(4, 4, [new(1, 1, 2)]));
        Assert.AreNotEqual(mask, InstanceMask.FromRuns(4, 3, [new(1, 1, 3)]));
        Assert.IsFalse(mask.Equals(null));
    }

    [TestMethod]
    [DataRow(0, 3, 0, 0, 1)]
    [DataRow(4, 0, 0, 0, 1)]
    [DataRow(4, 3, 3, 0, 1)]
    [DataRow(4, 3, -1, 0, 1)]
    [DataRow(4, 3, 0, -1, 1)]
    [DataRow(4, 3, 0, 2, 3)]
    [DataRow(4, 3, 0, 1, 0)]
    [DataRow(4, 3, 0, 1, int.MaxValue)]
    public void FromRuns_BeyondTheImageOrEmpty_Throws(int width, int height, int y, int x, int length) =>
        Assert.ThrowsExactly<ArgumentException>(() => InstanceMask.FromRuns(width, height, [new(y, x, length)]));

    [TestMethod]
    public void FromPixels_OtherNumber_Throws() =>
        Assert.Contains("11 pixels", Assert.ThrowsExactly<ArgumentException>(() => InstanceMask.FromPixels(4, 3, new byte[11])).Message);

    [TestMethod]
    public void ToPolygons_RandomMasks_FillToTheSamePixelsByEitherRule()
    {
        foreach (var (width, height, pixels) in Drawn(3))
        {
            var polygons = InstanceMask.FromPixels(width, height, pixels).ToPolygons();

            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var (crossings, winding) = Crossings(polygons, x + 0.5, y + 0.5);
                    Assert.AreEqual(pixels[y * width + x] != 0, crossings % 2 == 1, $"even-odd at ({x}, {y})");
                    Assert.AreEqual(pixels[y * width + x] != 0, winding != 0, $"winding at ({x}, {y})");
                }
            }
        }
    }

    [TestMethod]
    public void ToPolygons_RandomMasks_OneOuterPolygonForEachPartAndNoPointTooMany()
    {
        foreach (var (width, height, pixels) in Drawn(4))
        {
            var mask = InstanceMask.FromPixels(width, height, pixels);
            var polygons = mask.ToPolygons();

            // Clockwise is positive where y grows downwards.
            var areas = polygons.Select(SignedArea).ToList();
            Assert.AreEqual(Parts(width, height, pixels), areas.Count(a => a > 0));
            Assert.AreEqual(mask.Area, areas.Sum());
            foreach (var polygon in polygons)
            {
                for (var i = 0; i < polygon.Length; i += 2)
                {
                    var (x, nextX, lastX) = (polygon[i], polygon[(i + 2) % polygon.Length], polygon[(i + 4) % polygon.Length]);
                    var (y, nextY, lastY) = (polygon[i + 1], polygon[(i + 3) % polygon.Length], polygon[(i + 5) % polygon.Length]);
                    Assert.IsTrue((x == nextX && nextY == lastY && y != nextY) || (y == nextY && nextX == lastX && x != nextX), "each point is a corner");
                }
            }
        }
    }

    [TestMethod]
    public void ToPolygons_Ring_IsOuterAndHole()
    {
        var polygons = InstanceMask.FromPixels(5, 4, [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0]).ToPolygons();

        Assert.HasCount(2, polygons);
        CollectionAssert.AreEqual(new float[] { 1, 1, 4, 1, 4, 4, 1, 4 }, polygons[0]);
        CollectionAssert.AreEqual(new float[] { 2, 2, 2, 3, 3, 3, 3, 2 }, polygons[1]);
    }

    [TestMethod]
    public void ToRunLengths_RandomMasks_AreThoseOfALoopOverColumnsAndReadBack()
    {
        foreach (var (width, height, pixels) in Drawn(5))
        {
            var lengths = InstanceMask.FromPixels(width, height, pixels).ToRunLengths();

            List<int> expected = [];
            for (int at = 0, value = 0; at < width * height; value = 1 - value)
            {
                var start = at;
                while (at < width * height && (pixels[at % height * width + at / height] != 0) == (value == 1)) at++;
                expected.Add(at - start);
            }
            CollectionAssert.AreEqual(expected, lengths.ToArray());
            var read = new byte[width * height];
            foreach (var (start, length) in Read(width, height, lengths).Ones())
                for (var at = start; at < start + length; at++) read[at % height * width + at / height] = 1;
            CollectionAssert.AreEqual(Array.ConvertAll(pixels, p => p == 0 ? (byte)0 : (byte)1), read);
        }
    }

    [TestMethod]
    public void IoU_RandomPairs_IsThatOfCountedPixels()
    {
        foreach (var pair in Drawn(6).Chunk(2))
        {
            var (width, height, pixels) = pair[0];
            var others = new byte[pixels.Length];
            for (var i = 0; i < others.Length; i++) others[i] = pair[1].Pixels[i % pair[1].Pixels.Length];
            var (a, b) = (InstanceMask.FromPixels(width, height, pixels), InstanceMask.FromPixels(width, height, others));

            var both = pixels.Zip(others).Count(p => p is { First: not 0, Second: not 0 });
            var either = pixels.Zip(others).Count(p => p.First != 0 || p.Second != 0);
            Assert.AreEqual(both, InstanceMask.Intersection(a, b));
            Assert.AreEqual(either == 0 ? 0 : (double)both / either, InstanceMask.IoU(a, b));
            Assert.AreEqual(InstanceMask.IoU(a, b), InstanceMask.IoU(b, a));
        }
    }

    private static IEnumerable<(int Width, int Height, byte[] Pixels)> Drawn(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Draws; i++)
        {
            var (width, height, density) = (random.Next(1, 12), random.Next(1, 12), i % 11 / 10.0);
            var pixels = new byte[width * height];
            for (var at = 0; at < pixels.Length; at++) pixels[at] = random.NextDouble() < density ? (byte)random.Next(1, 256) : (byte)0;
            yield return (width, height, pixels);
        }
    }

    private static CocoRuns Read(int width, int height, IReadOnlyList<int> lengths)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($$"""{"size":[{{height}},{{width}}],"counts":[{{string.Join(',', lengths)}}]}"""));
        reader.Read();
        return CocoRuns.Read(ref reader)!;
    }

    /// <summary>How often a ray to the right crosses edges, and the sum of their directions.</summary>
    private static (int Crossings, int Winding) Crossings(IReadOnlyList<float[]> polygons, double x, double y)
    {
        var (crossings, winding) = (0, 0);
        foreach (var p in polygons)
        {
            for (var i = 0; i < p.Length; i += 2)
            {
                var (y1, y2) = (p[i + 1], p[(i + 3) % p.Length]);
                if (p[i] < x || y1 == y2 || y < Math.Min(y1, y2) || y > Math.Max(y1, y2)) continue;
                crossings++;
                winding += Math.Sign(y2 - y1);
            }
        }
        return (crossings, winding);
    }

    private static double SignedArea(float[] p)
    {
        var twice = 0.0;
        for (var i = 0; i < p.Length; i += 2) twice += p[i] * p[(i + 3) % p.Length] - p[(i + 2) % p.Length] * p[i + 1];
        return twice / 2;
    }

    /// <summary>The parts of pixels that share sides.</summary>
    private static int Parts(int width, int height, byte[] pixels)
    {
        var (seen, parts) = (new bool[pixels.Length], 0);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (Visit(i % width, i / width)) parts++;
        }
        return parts;

        bool Visit(int x, int y)
        {
            if (x < 0 || y < 0 || x >= width || y >= height || pixels[y * width + x] == 0 || seen[y * width + x]) return false;
            seen[y * width + x] = true;
            foreach (var (dx, dy) in new[] { (1, 0), (-1, 0), (0, 1), (0, -1) }) Visit(x + dx, y + dy);
            return true;
        }
    }
}
