using System.Diagnostics;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;

namespace MlNetVision.Stress.DataSets;

/// <summary>
/// Writes data sets of known boxes in every format, orientation, image format and oddity, reads them, and evaluates the meant boxes against what was
/// read: only an mAP of 1 is right.
/// </summary>
internal static class DataSetCheck
{
    /// <summary>Fractions in texts are rounded.</summary>
    private const double MostOff = 0.01;

    private static readonly string[] Extensions = [".jpg", ".png", ".webp"];

    private static readonly IReadOnlyList<(string Format, IReadOnlyList<Oddity> Oddities)> Formats =
        [("VOC", [.. VocSets.All]), ("COCO", [.. CocoSets.All]), ("YOLO", [.. YoloSets.All]), ("LabelMe", [.. LabelMeSets.All])];

    /// <summary>All combinations, in the same order each time.</summary>
    public static IEnumerable<DataSetCase> Cases(int seed) =>
        from format in Formats
        from oddity in format.Oddities
        from orientation in Enumerable.Range(1, 8)
        from extension in Extensions
        from isStored in oddity.StatesSize && orientation > 1 ? new[] { false, true } : [false]
        select new DataSetCase(format.Format, oddity, orientation, extension, isStored, seed);

    /// <summary>What is wrong; null: nothing.</summary>
    public static string? Run(DataSetCase data)
    {
        using var folder = new Fuzzing.Sandbox();
        var set = MeantSet.Random(data.Seed ^ (data.Orientation * 31), data.Orientation, data.Extension, data.IsStored, data.Oddity.Labels);
        try
        {
            return Compare(set, DetectionDataSet.Open(data.Oddity.Write(set, folder.Root)), data.Oddity.LeftOut);
        }
        catch (Exception e) when (e is BadDataSetException or ArgumentException or IOException)
        {
            return e.ToString();
        }
    }

    private static string? Compare(MeantSet set, DetectionDataSet read, int leftOut)
    {
        if (read.LeftOut.Count != leftOut) return $"{read.LeftOut.Count} left out, {leftOut} expected: {string.Join(" ", read.LeftOut.Select(l => l.Reason))}";
        if (read.Images.Count != set.Images.Count) return $"{read.Images.Count} images, {set.Images.Count} expected";
        if (!read.ClassNames.Order(StringComparer.Ordinal).SequenceEqual(set.Labels.Order(StringComparer.Ordinal))) return $"the classes {string.Join(", ", read.ClassNames)}";
        var evaluator = new DetectionEvaluator(read.ClassNames);
        foreach (var meant in set.Images)
        {
            var image = read.Images.FirstOrDefault(i => Path.GetFileNameWithoutExtension(i.Path) == meant.Stem);
            if (image is null) return $"{meant.Stem} is missing";
            if ((image.Width, image.Height) != meant.Upright) return $"{meant.Stem} is {image.Width}×{image.Height}, {meant.Upright} expected";
            if (Difference(meant, image) is { } difference) return difference;
            evaluator.Add(image.Id, [.. meant.Boxes.Select(b => new Detection.Detection(b.Label, 0, 0.9f, new((float)b.Left, (float)b.Top, (float)b.Right, (float)b.Bottom)))], image.Boxes);
        }
        var found = evaluator.Evaluate().Map;
        return found is 1 ? null : FormattableString.Invariant($"mAP {found:0.000000}");
    }

    private static string? Difference(MeantImage meant, AnnotatedImage image)
    {
        if (image.Boxes.Count != meant.Boxes.Count) return $"{meant.Stem} has {image.Boxes.Count} boxes, {meant.Boxes.Count} expected";
        foreach (var (box, read) in meant.Boxes.Zip(image.Boxes))
        {
            double[] off = [box.Left - read.Box.Left, box.Top - read.Box.Top, box.Right - read.Box.Right, box.Bottom - read.Box.Bottom];
            if (box.Label != read.Label || read.Ignored || off.Any(o => Math.Abs(o) > MostOff)) return $"{meant.Stem} has {read}, {box} expected";
        }
        return null;
    }
}

/// <summary>One data set of the generator.</summary>
internal sealed record DataSetCase(string Format, Oddity Oddity, int Orientation, string Extension, bool IsStored, int Seed)
{
    public override string ToString() => FormattableString.Invariant($"{Format}, {Oddity.Name}, EXIF {Orientation}, {Extension}, boxes {(IsStored ? "as stored" : "upright")}, seed {Seed}");
}

/// <summary>The command <c>datasets</c>.</summary>
internal static class DataSetCommand
{
    public static int Run(ReadOnlySpan<string> args)
    {
        var arguments = Arguments.Parse(args, "--seed", "--rounds");
        var (seed, rounds) = ((int)(arguments.Number("--seed") ?? 1), (int)(arguments.Number("--rounds") ?? 1));
        return StressCommand.Interruptible(stop =>
        {
            var (clock, done, wrong) = (Stopwatch.StartNew(), 0, 0);
            foreach (var data in Enumerable.Range(seed, rounds).SelectMany(DataSetCheck.Cases).TakeWhile(_ => !stop.IsCancellationRequested))
            {
                done++;
                if (DataSetCheck.Run(data) is not { } what) continue;
                wrong++;
                Console.WriteLine($"wrong: {data}: {what}");
            }
            Console.WriteLine(FormattableString.Invariant($"{done} data sets, {wrong} wrong, {clock.Elapsed.TotalSeconds:0} s"));
            return wrong;
        });
    }
}
