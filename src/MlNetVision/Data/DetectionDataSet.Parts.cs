using System.Globalization;

namespace MlNetVision.Data;

public sealed partial class DetectionDataSet
{
    private DetectionDataSet(DetectionDataSet whole, IReadOnlyList<string> classNames, IReadOnlyList<AnnotatedImage> images)
    {
        (Source, Format, ClassNames, Images, Warnings, LeftOut) = (whole.Source, whole.Format, classNames, images, whole.Warnings, whole.LeftOut);
        (SkippedBoxes, FirstSkippedBox) = (whole.SkippedBoxes, whole.FirstSkippedBox);
    }

    /// <summary>Makes a data set of images and boxes that an app has already. They are checked and corrected as those of files are.</summary>
    /// <param name="source">What messages call the data set.</param>
    /// <param name="classNames">The classes, in the order of their indices.</param>
    /// <param name="images">
    /// The files of the images, each with its boxes in pixels of the upright image. An image that is missing or unreadable is left out, as is a box that
    /// has no area within its image.
    /// </param>
    /// <exception cref="ArgumentException">A class name is empty or given twice.</exception>
    /// <exception cref="BadDataSetException">No image is left, or a box has a class that is not among the names.</exception>
    public static DetectionDataSet Create(
        string source, IReadOnlyList<string> classNames, IEnumerable<(string Path, IReadOnlyList<GroundTruthBox> Boxes)> images)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(images);
        Data.ClassNames.CheckGiven(classNames, nameof(classNames));
        var report = new DataSetReport();
        var builder = new DetectionDataSetBuilder(report);
        foreach (var (path, boxes) in images)
        {
            var labelled = boxes.Select((box, i) => Labelled(box, string.Create(CultureInfo.InvariantCulture, $"{path}, box {i + 1}"))).ToList();
            foreach (var box in labelled.Where(b => !b.Corners.AreFinite)) report.SkipBox($"{box.Where}: a coordinate is not a finite number; it was skipped");
            builder.Add(new(path, path, source, null, [.. labelled.Where(b => b.Corners.AreFinite)]));
        }
        return builder.Build(source, DetectionDataSetFormat.InMemory, [.. classNames]).WithClasses(classNames);
    }

    private static LabelledBox Labelled(GroundTruthBox box, string where) =>
        new(where, box.Label, new(box.Box.Left, box.Box.Top, box.Box.Right, box.Box.Bottom)) { Difficult = box.Difficult, Crowd = box.Crowd, Area = box.Area };

    /// <summary>
    /// Splits the images at random so that both parts have the classes in the same proportion, as far as images of several classes allow. Images without
    /// objects count as a class of their own. A class of one or two images may be in the first part alone.
    /// </summary>
    /// <remarks>
    /// Iterative stratification: the rarest class is dealt out first, each image to the part that lacks the class most. Sechidis, Tsoumakas and Vlahavas, "On the
    /// stratification of multi-label data", 2011.
    /// </remarks>
    /// <param name="fraction">The first part's share of the images, between 0 and 1 exclusively, such as 0.8.</param>
    /// <param name="seed">The random seed; the same seed gives the same split.</param>
    /// <returns>Both parts, at least one image each, in this data set's order and with all its classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="BadDataSetException">There is one image only.</exception>
    public (DetectionDataSet Train, DetectionDataSet Validation) Split(double fraction, int seed)
    {
        if (fraction is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, string.Create(CultureInfo.InvariantCulture,
                $"The part for training is {fraction}: a number between 0 and 1 was expected, such as 0.8."));
        }
        if (Images.Count < 2) throw new BadDataSetException($"{Source}: has one image only, so none is left for validation.");
        var indices = ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        var isFirst = Stratification.Divide([.. Images.Select(image => ClassesOf(image, indices))], fraction, seed);
        return (Part(isFirst, true), Part(isFirst, false));
    }

    /// <summary>The same images with the classes in another order, or with more of them.</summary>
    /// <param name="names">The names of the classes in the order of their indices.</param>
    /// <exception cref="ArgumentException">A name is empty or given twice.</exception>
    /// <exception cref="BadDataSetException">An object has a class that is not among them; the message names it.</exception>
    public DetectionDataSet WithClasses(IReadOnlyList<string> names)
    {
        Data.ClassNames.CheckGiven(names, nameof(names));
        var known = names.ToHashSet(StringComparer.Ordinal);
        if (Images.SelectMany(i => i.Boxes).Select(b => b.Label).FirstOrDefault(l => !known.Contains(l)) is { } other)
            throw new BadDataSetException($"{Source}: has objects of '{other}', which is none of the classes {Data.ClassNames.Quote(names)}.");
        return new(this, [.. names], Images);
    }

    /// <summary>Drops images, such as unreadable ones.</summary>
    /// <param name="paths">Their paths, as <see cref="Images"/> has them.</param>
    /// <exception cref="BadDataSetException">No image is left.</exception>
    public DetectionDataSet Without(IEnumerable<string> paths)
    {
        var left = paths.ToHashSet(StringComparer.Ordinal);
        AnnotatedImage[] images = [.. Images.Where(i => !left.Contains(i.Path))];
        return images.Length > 0 ? new(this, ClassNames, images) : throw new BadDataSetException($"{Source}: none of {Images.Count} images can be used.");
    }

    private static int[] ClassesOf(AnnotatedImage image, Dictionary<string, int> indices)
    {
        int[] classes = [.. image.Boxes.Where(b => !b.Ignored).Select(b => indices[b.Label]).Distinct()];
        return classes.Length > 0 ? classes : [indices.Count];
    }

    private DetectionDataSet Part(bool[] isFirst, bool first) => new(this, ClassNames, [.. Images.Where((_, i) => isFirst[i] == first)]);
}

/// <summary>Divides things of several classes into two parts of similar proportions.</summary>
internal static class Stratification
{
    /// <param name="classes">The classes of each thing, at least one.</param>
    /// <param name="fraction">The share of the first part.</param>
    /// <param name="seed">The random seed.</param>
    /// <returns>Of each thing, whether it is in the first part; neither part is empty.</returns>
    public static bool[] Divide(IReadOnlyList<int[]> classes, double fraction, int seed)
    {
        var order = Enumerable.Range(0, classes.Count).ToArray();
        new Random(seed).Shuffle(order);
        // What each part still lacks, of each class and in all.
        var left = classes.SelectMany(c => c).GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
        var (first, second) = (left.ToDictionary(p => p.Key, p => p.Value * fraction), left.ToDictionary(p => p.Key, p => p.Value * (1 - fraction)));
        var (allFirst, allSecond) = (classes.Count * fraction, classes.Count * (1 - fraction));
        var isFirst = new bool[classes.Count];
        var isDealt = new bool[classes.Count];
        while (left.Where(p => p.Value > 0).OrderBy(p => p.Value).ThenBy(p => p.Key).Select(p => (int?)p.Key).FirstOrDefault() is { } rarest)
        {
            foreach (var i in order.Where(i => !isDealt[i] && classes[i].Contains(rarest)).ToArray())
            {
                var (lack, otherLack) = (first[rarest], second[rarest]);
                (isDealt[i], isFirst[i]) = (true, lack != otherLack ? lack > otherLack : allFirst >= allSecond);
                var part = isFirst[i] ? first : second;
                if (isFirst[i]) allFirst--;
                else allSecond--;
                foreach (var c in classes[i]) (part[c], left[c]) = (part[c] - 1, left[c] - 1);
            }
        }
        if (isFirst.All(f => f)) isFirst[order[^1]] = false;
        else if (!isFirst.Contains(true)) isFirst[order[0]] = true;
        return isFirst;
    }
}
