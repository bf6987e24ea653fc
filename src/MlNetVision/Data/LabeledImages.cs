using System.Globalization;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>A data set of images, each of one class. Only names are read; images are decoded where they are used.</summary>
/// <remarks>Immutable: methods that drop images or renumber classes return another data set.</remarks>
public sealed class LabeledImages
{
    /// <summary>Makes a data set.</summary>
    /// <param name="source">Its name in messages: the folder or file.</param>
    /// <param name="labels">The names of the classes: distinct, not empty.</param>
    /// <param name="images">The images, in the order of training.</param>
    /// <param name="warnings">Messages on what is odd; null: none.</param>
    /// <param name="leftOut">What could not be used; null: nothing.</param>
    /// <exception cref="BadDataSetException">There are no images, or a class name is repeated or empty.</exception>
    /// <exception cref="ArgumentException">An image has a class index out of range.</exception>
    public LabeledImages(string source, IReadOnlyList<string> labels, IReadOnlyList<LabeledImage> images, IReadOnlyList<string>? warnings = null,
        IReadOnlyList<LeftOut>? leftOut = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new BadDataSetException($"{source}: there are no images.");
        ClassNames.Check(labels, source);
        var counts = new int[labels.Count];
        foreach (var (path, index) in images)
        {
            if ((uint)index >= (uint)counts.Length)
                throw new ArgumentException($"{path}: the class {index} does not exist; expected 0 to {counts.Length - 1}.", nameof(images));
            counts[index]++;
        }
        (Source, Labels, Images, Counts, Warnings, LeftOut) = (source, [.. labels], [.. images], counts, [.. warnings ?? []], [.. leftOut ?? []]);
    }

    /// <summary>The folder or file that the data set was read from.</summary>
    public string Source { get; }

    /// <summary>The names of the classes, by index; in ordinal order where they come from files.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The images, at least one.</summary>
    public IReadOnlyList<LabeledImage> Images { get; }

    /// <summary>The number of images of each class, by index.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Messages on what was odd when the data set was read; bounded.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What the data set names and could not be used, each with its reason; <see cref="Data.LeftOut.Summarize"/> makes one line of it.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>Reads a data set from a folder or a list.</summary>
    /// <inheritdoc cref="FromFolder"/>
    public static LabeledImages Open(string path, IReadOnlyList<string>? labels = null, bool strict = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) ? FromCsv(path, labels, strict) : FromFolder(path, labels, strict);
    }

    /// <summary>Reads a folder with one sub-folder per class, whose images are in and below it. Hidden files and folders are skipped.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="labels">
    /// The classes of the training set, for a validation set: class indices are then the same, and classes may be absent.
    /// Null for a training set: at least two classes are expected; one without images is left out.
    /// </param>
    /// <param name="strict">Whether anything that would be left out (<see cref="LeftOut"/>) is an error instead. Default false.</param>
    /// <exception cref="BadDataSetException">
    /// The folder is missing or cannot be read, has no images, one class only, a folder that links put into two classes, or a
    /// class that <paramref name="labels"/> does not have.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="labels"/> has no names, an empty one, or one twice; the message says which.</exception>
    public static LabeledImages FromFolder(string path, IReadOnlyList<string>? labels = null, bool strict = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ClassFolders.Read(path, new DataSetReport(strict)).For(labels);
    }

    /// <summary>
    /// Reads a list of images: UTF-8 or UTF-16 text with the columns path and label, separated by commas (RFC 4180), semicolons or tabs, as in
    /// ML.NET's <c>tags.tsv</c>. With a header line, columns may be in any order, and others beside them. Relative paths count from the
    /// list's folder. Rows that cannot be used, missing images, and images of two labels are left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">As for <see cref="FromFolder"/>.</param>
    /// <param name="strict">As for <see cref="FromFolder"/>.</param>
    /// <exception cref="BadDataSetException">
    /// The file is missing, cannot be read or is not such a list (the message names the line), none of its images can be used,
    /// or as for <see cref="FromFolder"/>.
    /// </exception>
    /// <exception cref="ArgumentException">As for <see cref="FromFolder"/>.</exception>
    public static LabeledImages FromCsv(string path, IReadOnlyList<string>? labels = null, bool strict = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageList.Read(path, new DataSetReport(strict)).For(labels);
    }

    /// <summary>
    /// Splits every class at random in the same proportion (stratified). A class of one image goes to the first part; a larger
    /// one is in both.
    /// </summary>
    /// <param name="fraction">The first part's share, between 0 and 1 exclusively, such as 0.8.</param>
    /// <param name="seed">The random seed; the same seed gives the same split.</param>
    /// <returns>Both parts, each in this data set's order and with all its labels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="BadDataSetException">No class has two images, so that the second part would be empty.</exception>
    public (LabeledImages Train, LabeledImages Validation) Split(double fraction, int seed)
    {
        if (fraction is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, string.Create(CultureInfo.InvariantCulture,
                $"The part for training is {fraction}: a number between 0 and 1 was expected, such as 0.8."));
        }
        var random = new Random(seed);
        var first = new bool[Images.Count];
        foreach (var group in Enumerable.Range(0, Images.Count).GroupBy(i => Images[i].ClassIndex).OrderBy(group => group.Key))
        {
            var indices = group.ToArray();
            random.Shuffle(indices);
            var count = Math.Clamp((int)Math.Round(fraction * indices.Length, MidpointRounding.AwayFromZero), 1, Math.Max(1, indices.Length - 1));
            foreach (var i in indices.AsSpan(0, count)) first[i] = true;
        }
        if (first.All(isFirst => isFirst)) throw new BadDataSetException($"{Source}: no class has two images, so none is left for validation.");
        return (Where((_, i) => first[i]), Where((_, i) => !first[i]));
    }

    /// <summary>Drops images, such as unreadable ones.</summary>
    /// <param name="paths">Their paths, as <see cref="Images"/> has them.</param>
    /// <exception cref="BadDataSetException">A class that had images has none left; the message names it.</exception>
    public LabeledImages Without(IEnumerable<string> paths)
    {
        var left = paths.ToHashSet(StringComparer.Ordinal);
        var used = Images.Where(image => !left.Contains(image.Path)).Select(image => image.ClassIndex).ToHashSet();
        for (var c = 0; c < Labels.Count; c++)
        {
            if (Counts[c] > 0 && !used.Contains(c))
                throw new BadDataSetException($"{Source}: of the class '{Labels[c]}' no image is left ({Counts[c]} cannot be used).");
        }
        return Where((image, _) => !left.Contains(image.Path));
    }

    private LabeledImages Where(Func<LabeledImage, int, bool> keep) => new(Source, Labels, [.. Images.Where(keep)], Warnings, LeftOut);
}

/// <summary>An image file and the class it belongs to.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="ClassIndex">The class: a position in the labels of the data set.</param>
public readonly record struct LabeledImage(string Path, int ClassIndex);

/// <summary>Images with their class names, as read from a folder or a list, before classes are numbered.</summary>
/// <param name="Source">The folder or file.</param>
/// <param name="Classes">The names of all classes found, also those without images.</param>
/// <param name="Images">The images in order.</param>
/// <param name="Report">What was odd, and what is left out.</param>
internal sealed record NamedImages(
    string Source, IReadOnlyCollection<string> Classes, IReadOnlyList<(string Path, string Label)> Images, DataSetReport Report)
{
    /// <summary>Numbers the classes: by the given labels, or by their own in ordinal order.</summary>
    public LabeledImages For(IReadOnlyList<string>? labels)
    {
        var used = Images.Select(image => image.Label).ToHashSet(StringComparer.Ordinal);
        if (labels is not null) ClassNames.CheckGiven(labels, nameof(labels));
        LeaveOutEmpty(Classes.Where(name => !used.Contains(name) && labels?.Contains(name) != true));
        labels ??= OwnLabels(used);
        var indices = labels.Index().ToDictionary(x => x.Item, x => x.Index, StringComparer.Ordinal);
        if (used.Where(name => !indices.ContainsKey(name)).Order(StringComparer.Ordinal).ToList() is [_, ..] unknown)
        {
            var (are, known) = (unknown.Count == 1 ? "is" : "are", ClassNames.Quote(labels));
            throw new BadDataSetException($"{Source}: has images of {ClassNames.Quote(unknown)}, which {are} none of the known classes {known}.");
        }
        return new(Source, labels, [.. Images.Select(image => new LabeledImage(image.Path, indices[image.Label]))], Report.Warnings, Report.LeftOut);
    }

    private List<string> OwnLabels(HashSet<string> used)
    {
        if (used.Count == 1)
        {
            var first = Report.LeftOut is [var item, ..] ? $" {item.Reason}" : "";
            throw new BadDataSetException($"{Source}: '{used.First()}' is the only class; expected at least two.{first}");
        }
        return [.. used.Order(StringComparer.Ordinal)];
    }

    private void LeaveOutEmpty(IEnumerable<string> classes)
    {
        foreach (var empty in classes.Order(StringComparer.Ordinal))
        {
            Report.LeaveOut(LeftOutKind.EmptyClass, empty,
                $"{Source}: no images of the class '{empty}'; expected {string.Join(", ", ImageFiles.Extensions)}, or no such class.");
        }
    }
}
