using MlNetVision.Data;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Segmentation;

/// <summary>Draws polygons and runs as a mask of class indices.</summary>
internal static class ShapeRaster
{
    private static readonly string[] Backgrounds = ["background", "_background_", "__background__", "bg", "unlabeled", "unlabelled"];

    /// <summary>LabelMe's name of what has no class.</summary>
    private const string Ignored = "__ignore__";

    /// <summary>
    /// The class indices of an image: where no shape is, the class called background, or else the ignored index. A pixel belongs to a polygon
    /// where its centre lies inside (even-odd rule).
    /// </summary>
    /// <param name="image">The image and its shapes.</param>
    /// <param name="width">The width of the image that they count in.</param>
    /// <param name="height">Its height.</param>
    /// <param name="labels">The names of the classes.</param>
    /// <param name="ignored">The index of pixels without a class.</param>
    /// <exception cref="UnusableMaskException">A shape has another class, or is of an image of another size.</exception>
    public static byte[] Draw(MaskedImage image, int width, int height, IReadOnlyList<string> labels, byte ignored)
    {
        var indices = labels.Index().ToLookup(x => x.Item, x => x.Index, StringComparer.OrdinalIgnoreCase);
        var background = Backgrounds.SelectMany(name => indices[name]).Select(i => (byte?)i).FirstOrDefault() ?? ignored;
        var classes = new byte[width * height];
        classes.AsSpan().Fill(background);
        foreach (var shape in image.Shapes!.Shapes)
        {
            var index = shape.Label == Ignored ? ignored : indices[shape.Label].Select(i => (byte?)i).FirstOrDefault()
                ?? throw new UnusableMaskException($"{shape.Where}: the class '{shape.Label}' is not among the model's: {ClassNames.List(labels)}.");
            foreach (var polygon in shape.Polygons) Fill(classes, width, height, polygon, index);
            if (shape.Runs is { } runs) Fill(classes, width, height, runs, index, shape.Where);
        }
        return classes;
    }

    private static void Fill(byte[] classes, int width, int height, double[] polygon, byte index)
    {
        // Where each row's centre line crosses an edge.
        var crossings = new List<double>?[height];
        for (int i = polygon.Length - 2, j = 0; j < polygon.Length; i = j, j += 2)
        {
            var (x1, y1, x2, y2) = (polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]);
            if (y1 > y2) (x1, y1, x2, y2) = (x2, y2, x1, y1);
            var (first, last) = (Math.Max(0, Math.Ceiling(y1 - 0.5)), Math.Min(height, Math.Ceiling(y2 - 0.5)));
            for (var y = (int)Math.Min(first, height); y < last; y++)
                (crossings[y] ??= []).Add(x1 + (y + 0.5 - y1) / (y2 - y1) * (x2 - x1));
        }
        for (var y = 0; y < height; y++)
        {
            if (crossings[y] is not { } row) continue;
            row.Sort();
            for (var i = 0; i + 1 < row.Count; i += 2)
            {
                var (from, to) = (Math.Clamp(Math.Ceiling(row[i] - 0.5), 0, width), Math.Clamp(Math.Ceiling(row[i + 1] - 0.5), 0, width));
                if (to > from) classes.AsSpan(y * width + (int)from, (int)(to - from)).Fill(index);
            }
        }
    }

    private static void Fill(byte[] classes, int width, int height, CocoRuns runs, byte index, string where)
    {
        if ((runs.Width, runs.Height) != (width, height))
            throw new UnusableMaskException($"{where}: its runs are of {runs.Width}×{runs.Height} pixels, its image has {width}×{height}.");
        foreach (var (start, length) in runs.Ones())
            for (var at = start; at < start + length; at++) classes[at % height * width + at / height] = index;
    }
}
