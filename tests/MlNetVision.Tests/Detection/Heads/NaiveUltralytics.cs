namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Ultralytics' outputs read by plain loops (<c>utils/nms.py</c>, <c>utils/ops.py</c>, <c>models/yolo/*/predict.py</c>).</summary>
internal static class NaiveUltralytics
{
    /// <summary>Channels × boxes: centre, width, height, the classes, extras; the best class counts, the first of equal ones.</summary>
    public static List<NaiveBox> V8(float[] output, int channels, int classes, double confidence)
    {
        List<NaiveBox> boxes = [];
        var count = output.Length / channels;
        for (var i = 0; i < count; i++)
        {
            double At(int channel) => output[channel * count + i];
            var best = 0;
            for (var c = 1; c < classes; c++) if (At(4 + c) > At(4 + best)) best = c;
            if (At(4 + best) < confidence) continue;
            var extra = Enumerable.Range(4 + classes, channels - 4 - classes).Select(At).ToArray();
            boxes.Add(NaiveBox.Centered(At(0), At(1), At(2), At(3), best, At(4 + best)) with { Extra = extra });
        }
        return boxes;
    }

    /// <summary>Boxes × columns: left, top, right, bottom, score, class, extras; nothing is suppressed.</summary>
    public static List<NaiveBox> EndToEnd(float[] output, int columns, double confidence) =>
        [.. output.Chunk(columns).Where(r => r[4] >= confidence).OrderByDescending(r => r[4])
            .Select(r => new NaiveBox(r[0], r[1], r[2], r[3], (int)r[5], r[4]) { Extra = [.. r.Skip(6).Select(v => (double)v)] })];

    /// <summary>
    /// The mask: σ of the mixture of prototypes, stretched to the input, the letterbox's borders cut off, stretched to the image, above a half, within the
    /// box (<c>process_mask_upsample</c>, <c>scale_masks</c>, <c>crop_mask</c>).
    /// </summary>
    public static bool?[,] Mask(float[] prototypes, int rows, int columns, NaiveBox box, NaiveFit fit, int width, int height)
    {
        var cells = new double[rows, columns];
        for (var y = 0; y < rows; y++)
        for (var x = 0; x < columns; x++)
        {
            var sum = 0.0;
            for (var k = 0; k < box.Extra.Length; k++) sum += box.Extra[k] * prototypes[(k * rows + y) * columns + x];
            cells[y, x] = 1 / (1 + Math.Exp(-sum));
        }
        var input = Resize(cells, height, width);
        var (w, h) = ((int)Math.Round(fit.ImageWidth * fit.ScaleX), (int)Math.Round(fit.ImageHeight * fit.ScaleY));
        var cut = new double[h, w];
        // What a crop did not show goes on as it was at the edge.
        for (var y = 0; y < h; y++)
        for (var x = 0; x < w; x++)
            cut[y, x] = input[Math.Clamp(y + (int)fit.Top, 0, height - 1), Math.Clamp(x + (int)fit.Left, 0, width - 1)];
        var image = Resize(cut, fit.ImageHeight, fit.ImageWidth);
        var (edges, mask) = (fit.Edges(box), new bool?[fit.ImageHeight, fit.ImageWidth]);
        for (var y = 0; y < fit.ImageHeight; y++)
        for (var x = 0; x < fit.ImageWidth; x++)
        {
            if (x < edges[0] || x >= edges[2] || y < edges[1] || y >= edges[3]) mask[y, x] = false;
            else if (Math.Abs(image[y, x] - 0.5) > 1e-5) mask[y, x] = image[y, x] > 0.5;   // closer is a matter of rounding
        }
        return mask;
    }

    /// <summary>PyTorch's <c>interpolate(mode="bilinear", align_corners=False)</c>.</summary>
    private static double[,] Resize(double[,] from, int height, int width)
    {
        var (h, w) = (from.GetLength(0), from.GetLength(1));
        static (int Low, int High, double Part) At(int i, int target, int source)
        {
            var at = Math.Max(0, (i + 0.5) * source / target - 0.5);
            var low = Math.Min((int)at, source - 1);
            return (low, Math.Min(low + 1, source - 1), at - low);
        }
        var to = new double[height, width];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var ((top, bottom, down), (left, right, across)) = (At(y, height, h), At(x, width, w));
            to[y, x] = (1 - down) * ((1 - across) * from[top, left] + across * from[top, right])
                + down * ((1 - across) * from[bottom, left] + across * from[bottom, right]);
        }
        return to;
    }

    /// <summary><c>regularize_rboxes</c>: the angle from 0 up to a right angle, by which the sides change places.</summary>
    public static (double Width, double Height, double Angle) Regularized(double width, double height, double angle)
    {
        static double Modulo(double a, double b) => a - b * Math.Floor(a / b);   // Python's %
        var swaps = Modulo(angle, Math.PI) >= Math.PI / 2;
        return (swaps ? height : width, swaps ? width : height, Modulo(angle, Math.PI / 2));
    }
}
