using MlNetVision.Detection;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>A box as a family's own program decodes it, in pixels of the network's input.</summary>
internal sealed record NaiveBox(double Left, double Top, double Right, double Bottom, int Class, double Score)
{
    public double[] Extra { get; init; } = [];

    public double Angle { get; init; }

    public static NaiveBox Centered(double x, double y, double width, double height, int @class, double score) =>
        new(x - width / 2, y - height / 2, x + width / 2, y + height / 2, @class, score);

    public BoundingBox Box => new((float)Left, (float)Top, (float)Right, (float)Bottom);
}

/// <summary>How a family fits an image into its input, and back: in double precision, without the library.</summary>
internal sealed record NaiveFit(double ScaleX, double ScaleY, double Left, double Top, int ImageWidth, int ImageHeight)
{
    /// <summary>
    /// Ultralytics' LetterBox (<c>data/augment.py</c>): Python's <c>round</c> goes to the even of two equally near numbers, the padding of an odd number of
    /// pixels has less at left and top.
    /// </summary>
    public static NaiveFit Letterbox(int imageWidth, int imageHeight, int width, int height)
    {
        var ratio = Math.Min((double)height / imageHeight, (double)width / imageWidth);
        var (w, h) = (Math.Round(imageWidth * ratio, MidpointRounding.ToEven), Math.Round(imageHeight * ratio, MidpointRounding.ToEven));
        return new(w / imageWidth, h / imageHeight, Math.Round((width - w) / 2 - 0.1), Math.Round((height - h) / 2 - 0.1), imageWidth, imageHeight);
    }

    /// <summary>The image in the upper left corner (YOLOX, <c>data/data_augment.py</c>, preproc), its size rounded.</summary>
    public static NaiveFit TopLeft(int imageWidth, int imageHeight, int width, int height) =>
        Letterbox(imageWidth, imageHeight, width, height) with { Left = 0, Top = 0 };

    public static NaiveFit Stretch(int imageWidth, int imageHeight, int width, int height) =>
        new((double)width / imageWidth, (double)height / imageHeight, 0, 0, imageWidth, imageHeight);

    /// <summary>The middle of the image; for images whose scaled sides are whole pixels, an even number more than the input's.</summary>
    public static NaiveFit Crop(int imageWidth, int imageHeight, int width, int height)
    {
        var ratio = Math.Max((double)height / imageHeight, (double)width / imageWidth);
        return new(ratio, ratio, (width - imageWidth * ratio) / 2, (height - imageHeight * ratio) / 2, imageWidth, imageHeight);
    }

    public double X(double x) => (x - Left) / ScaleX;

    public double Y(double y) => (y - Top) / ScaleY;

    /// <summary>The box in pixels of the image, within it.</summary>
    public double[] Edges(NaiveBox b) =>
    [
        Math.Clamp(X(b.Left), 0, ImageWidth), Math.Clamp(Y(b.Top), 0, ImageHeight), Math.Clamp(X(b.Right), 0, ImageWidth),
        Math.Clamp(Y(b.Bottom), 0, ImageHeight),
    ];
}

/// <summary>The naive way from candidates to detections, and the comparison with the detector's.</summary>
internal static class NaiveDetections
{
    /// <summary>The boxes that hard suppression leaves; those outside the image are dropped after it.</summary>
    public static List<NaiveBox> Suppress(this IReadOnlyList<NaiveBox> boxes, DetectionOptions options, NaiveFit fit)
    {
        Found[] found = [.. boxes.Select(b => new Found("", b.Class, (float)b.Score, b.Box))];
        var kept = NaiveSuppression.Apply(found, options.Suppression, options.Confidence).Select(k => boxes[k.Position]);
        return [.. kept.Where(b => fit.Edges(b) is [var l, var t, var r, var d] && r > l && d > t)];
    }

    /// <summary>One detection for each box: its class, its score to 1e-5, its edges to 0.01 pixels or 1e-4 of their length.</summary>
    /// <returns>Each box with its detection.</returns>
    public static List<(NaiveBox Expected, Found Found)> AssertSame(IReadOnlyList<Found> found, IReadOnlyList<NaiveBox> expected, NaiveFit fit)
    {
        Assert.IsNotEmpty(expected);
        Assert.IsTrue(found.Zip(found.Skip(1)).All(p => p.First.Score >= p.Second.Score), "best score first");
        List<Found> left = [.. found];
        List<(NaiveBox, Found)> pairs = [];
        foreach (var box in expected)
        {
            var edges = fit.Edges(box);
            var twin = left.FindIndex(f => f.ClassIndex == box.Class && Math.Abs(f.Score - box.Score) < 1e-5
                && Near(f.Box.Left, edges[0]) && Near(f.Box.Top, edges[1]) && Near(f.Box.Right, edges[2]) && Near(f.Box.Bottom, edges[3]));
            Assert.IsGreaterThanOrEqualTo(0, twin, $"{box} = {string.Join(" ", edges)} is missing among\n{string.Join('\n', left)}");
            pairs.Add((box, left[twin]));
            left.RemoveAt(twin);
        }
        Assert.IsEmpty(left, $"not expected:\n{string.Join('\n', left)}");
        return pairs;
    }

    public static bool Near(double a, double b) => Math.Abs(a - b) <= Math.Max(0.01, 1e-4 * Math.Abs(b));
}
