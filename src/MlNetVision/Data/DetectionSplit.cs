namespace MlNetVision.Data;

/// <summary>
/// Divides images with several objects each in proportion: the class with the fewest objects that are not yet given out comes first, and each of its images
/// goes where most of that class is still missing. Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011.
/// </summary>
internal static class DetectionSplit
{
    /// <summary>Whether each image belongs to the first part; both parts get one or more.</summary>
    public static bool[] Divide(IReadOnlyList<AnnotatedImage> images, IReadOnlyList<string> classes, double fraction, int seed)
    {
        // The last "class" is that of images without objects.
        var counts = images.Select(i => Count(i, classes)).ToArray();
        var order = Enumerable.Range(0, images.Count).ToArray();
        new Random(seed).Shuffle(order);
        var missing = new double[2, classes.Count + 1];
        for (var c = 0; c <= classes.Count; c++)
        {
            var all = counts.Sum(n => n[c]);
            (missing[0, c], missing[1, c]) = (all * fraction, all * (1 - fraction));
        }
        double[] places = [Math.Clamp(Math.Round(images.Count * fraction), 1, images.Count - 1), 0];
        places[1] = images.Count - places[0];
        var left = order.ToList();
        var inFirst = new bool[images.Count];
        while (left.Count > 0)
        {
            var rarest = Enumerable.Range(0, classes.Count + 1).Select(c => (Class: c, Objects: left.Sum(i => counts[i][c]))).Where(c => c.Objects > 0).MinBy(c => c.Objects).Class;
            foreach (var image in left.Where(i => counts[i][rarest] > 0))
            {
                var part = places[0] == 0 ? 1 : places[1] == 0 ? 0
                    : (missing[0, rarest], places[0]).CompareTo((missing[1, rarest] * fraction / (1 - fraction), places[1])) >= 0 ? 0 : 1;
                for (var c = 0; c <= classes.Count; c++) missing[part, c] -= counts[image][c];
                places[part]--;
                inFirst[image] = part == 0;
            }
            left.RemoveAll(i => counts[i][rarest] > 0);
        }
        return inFirst;
    }

    private static int[] Count(AnnotatedImage image, IReadOnlyList<string> classes)
    {
        var counts = new int[classes.Count + 1];
        foreach (var box in image.Boxes)
        {
            for (var c = 0; c < classes.Count; c++)
                if (classes[c] == box.Label) counts[c]++;
        }
        if (image.Boxes.Count == 0) counts[^1] = 1;
        return counts;
    }
}
