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
            foreach (var polygon in shape.Polygons) Fill(classes, width, ShapeRuns.OfPolygon(polygon, width, height), index);
            if (shape.Runs is not { } runs) continue;
            if ((runs.Width, runs.Height) != (width, height))
                throw new UnusableMaskException($"{shape.Where}: its runs are of {runs.Width}×{runs.Height} pixels, its image has {width}×{height}.");
            Fill(classes, width, ShapeRuns.Of(runs), index);
        }
        return classes;
    }

    private static void Fill(byte[] classes, int width, IEnumerable<MaskRun> runs, byte index)
    {
        foreach (var (y, x, length) in runs) classes.AsSpan(y * width + x, length).Fill(index);
    }
}
