using MlNetVision.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Detection;

/// <summary>
/// Finds the anchors of a data set: k-means on the sizes of its boxes with the distance 1 − IoU, where boxes share their centre. Redmon and Farhadi,
/// "YOLO9000", arXiv:1612.08242, section 2. Thread-safe.
/// </summary>
public static class AnchorClustering
{
    private const int MostRounds = 300;

    /// <summary>The sizes of the objects of images in pixels of a network's input, as prediction sees them. Difficult and crowd objects are left out.</summary>
    /// <param name="images">The images.</param>
    /// <param name="resize">The network's size, and how images are resized to it.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="resize"/> lies outside its range.</exception>
    public static IReadOnlyList<BoxSize> Sizes(IEnumerable<AnnotatedImage> images, ResizeOptions resize)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(resize);
        resize.Check();
        var sizes = new List<BoxSize>();
        foreach (var image in images)
        {
            var geometry = ImageGeometry.For(resize, image.Width, image.Height);
            sizes.AddRange(image.Boxes.Where(b => !b.Ignored && !b.Box.IsEmpty)
                .Select(b => new BoxSize(b.Box.Width * geometry.ScaleX, b.Box.Height * geometry.ScaleY)));
        }
        return sizes;
    }

    /// <summary>Finds anchors.</summary>
    /// <param name="sizes">The sizes of the objects, in any unit.</param>
    /// <param name="count">The number of anchors, 1 or more.</param>
    /// <param name="options">The settings; null: the defaults. The same settings give the same anchors.</param>
    /// <returns>The anchors by area, the smallest first, in the unit of <paramref name="sizes"/>.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer different sizes than anchors, a size is not above 0 and finite, or an option lies outside its range.
    /// </exception>
    public static IReadOnlyList<BoxSize> Find(IReadOnlyList<BoxSize> sizes, int count, AnchorClusteringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new();
        options.Validate();
        Check(sizes, nameof(sizes));
        var different = sizes.Distinct().Count();
        if (different < count)
            throw new ArgumentException($"There are {different} different sizes of boxes, which is too few for {count} anchors.", nameof(sizes));
        var tries = new (BoxSize[] Centers, double Iou)[options.Tries];
        Parallel.For(0, tries.Length, i => tries[i] = Run(sizes, count, new SeededRandom(options.Seed, count, i), options.Center));
        var best = tries.MaxBy(t => t.Iou).Centers;
        return [.. best.OrderBy(a => a.Area).ThenBy(a => a.Width)];
    }

    /// <summary>How well anchors fit objects.</summary>
    /// <param name="sizes">The sizes of the objects; at least one.</param>
    /// <param name="anchors">The anchors in the same unit; at least one.</param>
    /// <exception cref="ArgumentException">There are no sizes or anchors, or one is not above 0 and finite.</exception>
    public static AnchorFit Fit(IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> anchors)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(anchors);
        if (sizes.Count == 0) throw new ArgumentException("There are no objects.", nameof(sizes));
        if (anchors.Count == 0) throw new ArgumentException("There are no anchors.", nameof(anchors));
        Check(sizes, nameof(sizes));
        Check(anchors, nameof(anchors));
        var own = anchors.ToArray();
        var (sum, above, objects) = (0.0, 0, new int[own.Length]);
        foreach (var size in sizes)
        {
            var (index, iou) = Nearest(size, own);
            sum += iou;
            if (iou > 0.5) above++;
            objects[index]++;
        }
        return new AnchorFit(sum / sizes.Count, (double)above / sizes.Count, objects);
    }

    private static (BoxSize[] Centers, double Iou) Run(IReadOnlyList<BoxSize> sizes, int count, SeededRandom random, AnchorCenter center)
    {
        var centers = Start(sizes, count, ref random);
        var cluster = new int[sizes.Count];
        var iou = new double[sizes.Count];
        var best = (Centers: centers, Iou: -1.0);
        Array.Fill(cluster, -1);
        for (var round = 0; round < MostRounds; round++)
        {
            var changed = false;
            for (var i = 0; i < cluster.Length; i++)
            {
                (var index, iou[i]) = Nearest(sizes[i], centers);
                changed |= index != cluster[i];
                cluster[i] = index;
            }
            // Neither mean nor median is the centre of the largest mean IoU, so a round may be worse than the one before.
            var mean = iou.Average();
            if (mean > best.Iou) best = (centers, mean);
            if (!changed) break;
            FillEmpty(cluster, iou, count);
            centers = [.. Enumerable.Range(0, count).Select(c => CenterOf([.. Members(sizes, cluster, c)], center))];
        }
        return best;
    }

    /// <summary>
    /// The first centres: sizes that are drawn in proportion to the square of their distance from the nearest centre so far. Arthur and Vassilvitskii,
    /// "k-means++", 2007.
    /// </summary>
    private static BoxSize[] Start(IReadOnlyList<BoxSize> sizes, int count, ref SeededRandom random)
    {
        var centers = new BoxSize[count];
        centers[0] = sizes[(int)random.Between(0, sizes.Count)];
        var distances = new double[sizes.Count];
        Array.Fill(distances, double.PositiveInfinity);
        for (var c = 1; c < count; c++)
        {
            for (var i = 0; i < distances.Length; i++)
            {
                var distance = 1 - BoxSize.IoU(sizes[i], centers[c - 1]);
                distances[i] = Math.Min(distances[i], distance * distance);
            }
            var left = random.Between(0, distances.Sum());
            // Rounding may leave something after the last; a size that is a centre has no distance and is not drawn.
            var drawn = Array.FindLastIndex(distances, d => d > 0);
            for (var i = 0; i < distances.Length; i++)
            {
                if (distances[i] == 0) continue;
                left -= distances[i];
                if (left >= 0) continue;
                drawn = i;
                break;
            }
            centers[c] = sizes[drawn];
        }
        return centers;
    }

    /// <summary>An empty cluster takes the object that its own centre fits worst, of a cluster that has others.</summary>
    private static void FillEmpty(int[] cluster, double[] iou, int count)
    {
        var members = new int[count];
        foreach (var c in cluster) members[c]++;
        for (var c = 0; c < count; c++)
        {
            if (members[c] > 0) continue;
            var worst = Enumerable.Range(0, cluster.Length).Where(i => members[cluster[i]] > 1).MinBy(i => iou[i]);
            members[cluster[worst]]--;
            (cluster[worst], iou[worst], members[c]) = (c, 1, 1);
        }
    }

    private static IEnumerable<BoxSize> Members(IReadOnlyList<BoxSize> sizes, int[] cluster, int c)
    {
        for (var i = 0; i < cluster.Length; i++)
            if (cluster[i] == c) yield return sizes[i];
    }

    private static BoxSize CenterOf(BoxSize[] members, AnchorCenter center)
    {
        return center == AnchorCenter.Mean
            ? new((float)members.Average(m => (double)m.Width), (float)members.Average(m => (double)m.Height))
            : new(Median(m => m.Width), Median(m => m.Height));

        float Median(Func<BoxSize, float> side)
        {
            var sorted = members.Select(side).Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    private static (int Index, double Iou) Nearest(BoxSize size, BoxSize[] anchors)
    {
        var best = (Index: 0, Iou: -1.0);
        for (var i = 0; i < anchors.Length; i++)
        {
            var iou = BoxSize.IoU(size, anchors[i]);
            if (iou > best.Iou) best = (i, iou);
        }
        return best;
    }

    private static void Check(IReadOnlyList<BoxSize> sizes, string name)
    {
        foreach (var size in sizes)
        {
            if (!(size.Width > 0 && size.Height > 0 && float.IsFinite(size.Width) && float.IsFinite(size.Height)))
                throw new ArgumentException(FormattableString.Invariant($"A size is {size.Width}×{size.Height}, expected finite numbers above 0."), name);
        }
    }
}

/// <summary>The width and height of a box.</summary>
/// <param name="Width">The width.</param>
/// <param name="Height">The height, in the same unit.</param>
public readonly record struct BoxSize(float Width, float Height)
{
    /// <summary>The area.</summary>
    public double Area => (double)Width * Height;

    /// <summary>Intersection over union of two boxes with one centre, 0 to 1.</summary>
    public static double IoU(BoxSize a, BoxSize b)
    {
        var intersection = (double)Math.Min(a.Width, b.Width) * Math.Min(a.Height, b.Height);
        return intersection / (a.Area + b.Area - intersection);
    }
}

/// <summary>How well anchors fit the objects of a data set.</summary>
/// <param name="MeanIoU">The IoU of each object with its best anchor, both with one centre; the mean over all objects, 0 to 1.</param>
/// <param name="Recall50">The share of objects whose IoU with their best anchor is above 0.5, 0 to 1.</param>
/// <param name="Objects">The number of objects of which each anchor is the best, in the order of the anchors.</param>
public sealed record AnchorFit(double MeanIoU, double Recall50, IReadOnlyList<int> Objects);

/// <summary>How anchors are found.</summary>
public sealed record AnchorClusteringOptions
{
    /// <summary>The random seed of the first centres. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of starts, of which the one of the largest mean IoU is kept; 1 to 1000. Default: 20.</summary>
    public int Tries { get; init; } = 20;

    /// <summary>What the centre of a cluster is. Default: the mean.</summary>
    public AnchorCenter Center { get; init; } = AnchorCenter.Mean;

    internal void Validate()
    {
        if (Tries is < 1 or > 1000) throw new ArgumentException($"{nameof(Tries)} is {Tries}, expected 1 to 1000.");
        if (Center is not (AnchorCenter.Mean or AnchorCenter.Median)) throw new ArgumentException($"{nameof(Center)} is {Center}, expected Mean or Median.");
    }
}

/// <summary>The centre of a cluster of box sizes.</summary>
public enum AnchorCenter
{
    /// <summary>The mean of widths and that of heights, as in k-means.</summary>
    Mean,

    /// <summary>
    /// The median of widths and that of heights. Its mean IoU is a little larger (BCCD, 3, 5, 9 anchors: 0.811, 0.853, 0.886, with means 0.806, 0.850, 0.883),
    /// at the expense of rare sizes (share of objects above IoU 0.5 with 3 anchors: 0.939 and 0.988).
    /// </summary>
    Median,
}
