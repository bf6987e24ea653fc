using MlNetVision.Data;

namespace MlNetVision.Training.Detection;

/// <summary>The images for training a detector and for its validation.</summary>
public sealed class DetectorData
{
    private const double DefaultSplit = 0.8;

    private DetectorData(DetectionDataSet train, DetectionDataSet validation, string origin, IReadOnlyList<string> warnings, IReadOnlyList<LeftOut> leftOut) =>
        (Train, Validation, Origin, Warnings, LeftOut) = (train, validation, origin, warnings, leftOut);

    /// <summary>The training images.</summary>
    public DetectionDataSet Train { get; }

    /// <summary>The validation images, with the classes of <see cref="Train"/>.</summary>
    public DetectionDataSet Validation { get; }

    /// <summary>Where the validation images come from, in words.</summary>
    public string Origin { get; }

    /// <summary>What was corrected or chosen, and images that are in both parts or have different labels.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What cannot be used, and validation images of classes that the training images lack.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>
    /// Opens a data set for training. The validation images are those of <see cref="DetectorDataOptions.Validation"/>; else the data set's own part for it; else
    /// a random part.
    /// </summary>
    /// <param name="path">As for <see cref="DetectionDataSet.Open"/>; where it has a part for training, that is taken.</param>
    /// <param name="options">The validation images; null: the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BadDataSetException">A data set cannot be used, or nothing may be left out.</exception>
    /// <exception cref="ArgumentException">The options exclude each other, or one is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DetectorData Open(string path, DetectorDataOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        if (options is { Validation: not null, Split: not null })
            throw new ArgumentException($"{nameof(options.Validation)} and {nameof(options.Split)} exclude each other; give one of the two.");
        var parts = DetectionDataSplits.Find(path);
        var all = OpenPart(path, parts?.Train, options);
        var (train, validation, origin) = (options.Validation, parts?.Validation) switch
        {
            ({ } other, _) => (all, OpenPart(other, DetectionDataSplits.Find(other)?.Validation, options), other),
            (null, { } own) when options.Split is null => (all, OpenPart(path, own, options), $"the data set's own split '{own}'"),
            _ => Divide(all, options.Split ?? DefaultSplit, options.Seed),
        };
        List<LeftOut> leftOut = [.. all.LeftOut];
        IEnumerable<string> warnings = [.. Counted(all), .. all.Warnings];
        if (!ReferenceEquals(train.LeftOut, validation.LeftOut))
        {
            leftOut.AddRange(validation.LeftOut);
            warnings = [.. warnings, .. Counted(validation), .. validation.Warnings];
            validation = Known(validation, train.ClassNames, leftOut, options.Strict);
        }
        if (options.Strict) RequireReadable(train.Images.Concat(validation.Images), cancellationToken);
        var copies = ImageCopies.Describe(ImageCopies.Find(train, validation, cancellationToken));
        return new DetectorData(train, validation, origin, [.. warnings.Concat(copies).Distinct(StringComparer.Ordinal)], leftOut);
    }

    private static DetectionDataSet OpenPart(string path, string? split, DetectorDataOptions options)
    {
        var set = DetectionDataSet.Open(path, new DetectionDataSetOptions { Split = split, Strict = options.Strict, Format = options.Format });
        // Evaluation may do without such a box; a training set that has some is often labelled in other units.
        if (options.Strict && set.FirstSkippedBox is { } first) throw new BadDataSetException($"{set.Source}: {set.SkippedBoxes} boxes cannot be used. {first}.");
        return set;
    }

    private static IEnumerable<string> Counted(DetectionDataSet set)
    {
        if (set.SkippedBoxes > 0) yield return FormattableString.Invariant($"{set.Source}: {set.SkippedBoxes} boxes without area within their images are left out");
    }

    private static (DetectionDataSet, DetectionDataSet, string) Divide(DetectionDataSet all, double part, int seed)
    {
        var (train, validation) = all.Split(part, seed);
        return (train, validation, FormattableString.Invariant($"a random part of the images, {100 * (1 - part):0.#} %"));
    }

    /// <summary>The images without those that have objects of other classes, which a detector of the known classes could not find.</summary>
    private static DetectionDataSet Known(DetectionDataSet set, IReadOnlyList<string> names, List<LeftOut> leftOut, bool strict)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var image in set.Images)
        {
            if (image.Boxes.Select(b => b.Label).FirstOrDefault(l => !known.Contains(l)) is not { } label) continue;
            var reason = $"{image.Path}: has an object of '{label}', which no training image has; they have {string.Join(", ", names)}.";
            if (strict) throw new BadDataSetException(reason);
            leftOut.Add(new(LeftOutKind.UnreadableLabels, image.Path, reason));
            unknown.Add(image.Path);
        }
        return (unknown.Count > 0 ? set.Without(unknown) : set).WithClasses(names);
    }

    /// <summary>Training itself would leave out the images that cannot be decoded.</summary>
    private static void RequireReadable(IEnumerable<AnnotatedImage> images, CancellationToken cancellationToken)
    {
        if (UnreadableImage.Find([.. images.Select(i => i.Path)], cancellationToken: cancellationToken) is [var first, ..]) throw new BadDataSetException(first.Error);
    }
}

/// <summary>How a data set is opened for training.</summary>
public sealed record DetectorDataOptions
{
    /// <summary>Another data set for validation; where it has a part for that, the part is taken. Null, the default: see <see cref="DetectorData.Open"/>.</summary>
    public string? Validation { get; init; }

    /// <summary>
    /// The part of the training images that is trained on, between 0 and 1 exclusively; the rest is for validation, also where the data set has a part for that.
    /// Null, the default: the data set's own part, else 0.8.
    /// </summary>
    public double? Split { get; init; }

    /// <summary>The format of the annotations. Null, the default: recognised.</summary>
    public DetectionDataSetFormat? Format { get; init; }

    /// <summary>The random seed of the split. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether anything that would be left out is an error. Default: false.</summary>
    public bool Strict { get; init; }
}
