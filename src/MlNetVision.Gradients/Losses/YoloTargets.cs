namespace MlNetVision.Gradients.Losses;

/// <summary>Finds the responsible predictions of objects, and lays out the inputs of a <see cref="YoloLoss"/>.</summary>
internal static class YoloTargets
{
    private const int BoxValues = 4;

    /// <summary>All boxes, N × objects × 4, filled up with zeros.</summary>
    public static TrainingFeed Truth(IReadOnlyList<IReadOnlyList<YoloObject>> batch)
    {
        var most = Most(batch);
        var values = new float[batch.Count * most * BoxValues];
        for (var n = 0; n < batch.Count; n++)
            for (var t = 0; t < batch[n].Count; t++) Write(batch[n][t], values.AsSpan(((n * most) + t) * BoxValues, BoxValues));
        return TrainingFeed.Of<float>(values, batch.Count, most, BoxValues);
    }

    /// <summary>A one at each object's class, N × objects × classes.</summary>
    public static TrainingFeed TruthClasses(IReadOnlyList<IReadOnlyList<YoloObject>> batch, int classes)
    {
        var most = Most(batch);
        var values = new float[batch.Count * most * classes];
        for (var n = 0; n < batch.Count; n++)
            for (var t = 0; t < batch[n].Count; t++) values[(((n * most) + t) * classes) + batch[n][t].Class] = 1;
        return TrainingFeed.Of<float>(values, batch.Count, most, classes);
    }

    /// <summary>
    /// The responsible predictions: their positions in N × anchors × rows × columns, their boxes and classes. Where the graph finds the anchor, the
    /// position is that of anchor 0.
    /// </summary>
    public static void Assign(YoloGridGeometry grid, IReadOnlyList<IReadOnlyList<YoloObject>> batch, Dictionary<string, TrainingFeed> feeds)
    {
        // Several objects may claim a prediction: the last one's box is taught, and its class, or the classes of all where they do not exclude each other.
        var exclusive = grid.Head is RegionLossHead { Softmax: true };
        var found = new Dictionary<long, int>();
        List<(long Position, YoloObject Object)> taken = [];
        List<float[]> classes = [];
        for (var n = 0; n < batch.Count; n++)
        {
            foreach (var item in batch[n])
            {
                foreach (var anchor in AnchorsOf(grid, item))
                {
                    var position = (((long)n * grid.Anchors) + anchor) * grid.Cells + Cell(grid, item);
                    if (!KeepsDuplicates(grid) && found.TryGetValue(position, out var at))
                    {
                        taken[at] = (position, item);
                        if (exclusive) Array.Clear(classes[at]);
                    }
                    else
                    {
                        found[position] = at = taken.Count;
                        taken.Add((position, item));
                        classes.Add(new float[grid.Head.Classes]);
                    }
                    classes[at][item.Class] = 1;
                }
            }
        }
        var boxes = new float[taken.Count * BoxValues];
        for (var i = 0; i < taken.Count; i++) Write(taken[i].Object, boxes.AsSpan(i * BoxValues, BoxValues));
        feeds[grid.Positions] = TrainingFeed.Of<long>(taken.Select(t => t.Position).ToArray(), taken.Count);
        feeds[grid.Boxes] = TrainingFeed.Of<float>(boxes, taken.Count, BoxValues);
        feeds[grid.Classes] = TrainingFeed.Of<float>(classes.SelectMany(c => c).ToArray(), taken.Count, grid.Head.Classes);
    }

    /// <summary>The graph, which finds the anchor, finds objects that claim the same prediction, too.</summary>
    public static bool KeepsDuplicates(YoloGridGeometry grid) => grid.Head is RegionLossHead { BiasMatch: false };

    private static IEnumerable<int> AnchorsOf(YoloGridGeometry grid, YoloObject item)
    {
        if (KeepsDuplicates(grid)) return [0];
        if (grid.Head is not YoloV3LossHead yolo) return [Best(grid.Head.Anchors, item)];
        var best = Best(yolo.Candidates, item);
        return Enumerable.Range(0, yolo.Candidates.Count)
            .Where(i => i == best || Similarity(yolo.Candidates[i], item) > yolo.AnchorThreshold)
            .OrderBy(i => i != best)
            .Select(yolo.IndexOf)
            .Where(i => i >= 0);
    }

    private static int Best(IReadOnlyList<(float Width, float Height)> anchors, YoloObject item)
    {
        var (best, most) = (0, 0f);
        for (var i = 0; i < anchors.Count; i++)
        {
            var iou = Similarity(anchors[i], item);
            if (iou > most) (best, most) = (i, iou);
        }
        return best;
    }

    /// <summary>The IoU of two boxes with one centre.</summary>
    private static float Similarity((float Width, float Height) anchor, YoloObject item)
    {
        var shared = Math.Min(anchor.Width, item.Width) * Math.Min(anchor.Height, item.Height);
        return shared / ((anchor.Width * anchor.Height) + (item.Width * item.Height) - shared);
    }

    /// <summary>The cell of the centre; a centre on the last edge belongs to the last cell.</summary>
    private static long Cell(YoloGridGeometry grid, YoloObject item)
    {
        var (row, column) = (Math.Min((int)(item.Y * grid.Height), grid.Height - 1), Math.Min((int)(item.X * grid.Width), grid.Width - 1));
        return ((long)row * grid.Width) + column;
    }

    private static int Most(IReadOnlyList<IReadOnlyList<YoloObject>> batch) => Math.Max(1, batch.Select(objects => objects.Count).DefaultIfEmpty(0).Max());

    private static void Write(YoloObject item, Span<float> box) => (box[0], box[1], box[2], box[3]) = (item.X, item.Y, item.Width, item.Height);
}
