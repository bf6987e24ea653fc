namespace MlNetVision.Training;

/// <summary>Files that hold one image, byte for byte.</summary>
public sealed class ImageCopies
{
    private const int Listed = 10;

    private ImageCopies(IReadOnlyList<ImageCopy> files) => Files = files;

    /// <summary>The files, two at least: those of the training set first, each in their set's order.</summary>
    public IReadOnlyList<ImageCopy> Files { get; }

    /// <summary>Whether the image is trained on and validated with: what validation measures is then too good.</summary>
    public bool IsLeak => Files.Any(file => file.InValidation) && Files.Any(file => !file.InValidation);

    /// <summary>Whether the image has different labels, one of which is wrong.</summary>
    public bool IsConflict => Files.Any(file => file.Label != Files[0].Label);

    /// <summary>Finds images that stand more than once in a training set and its validation set, by their content.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="validation">The validation set; null: none.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The images in the order of their first files. Files that cannot be read are passed over.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<ImageCopies> Find(LabeledImages train, LabeledImages? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        List<ImageCopy> files = [.. FilesOf(train, inValidation: false), .. validation is null ? [] : FilesOf(validation, inValidation: true)];
        // Only files of one length can be equal: most need not be read.
        var lengths = files.Select(file => Length(file.Path)).ToArray();
        var candidates = Enumerable.Range(0, files.Count).GroupBy(i => lengths[i]).Where(same => same.Key >= 0 && same.Count() > 1).SelectMany(same => same).ToArray();
        var images = ImageHashes.Of([.. candidates.Select(i => files[i].Path)], cancellation);
        return [.. candidates.Zip(images).Where(x => x.Second.Error is null).OrderBy(x => x.First).GroupBy(x => x.Second.Hash, x => files[x.First])
            .Where(same => same.Count() > 1).Select(same => new ImageCopies([.. same]))];
    }

    /// <summary>What was found, in words: at most three lines (leaks, conflicts, mere repetitions), each with the first ten.</summary>
    public static IEnumerable<string> Describe(IReadOnlyList<ImageCopies> copies)
    {
        ArgumentNullException.ThrowIfNull(copies);
        if (List(copies.Where(copy => copy.IsLeak)) is { } leaks) yield return $"images that stand in training and in validation, whose figures are too good then {leaks}";
        if (List(copies.Where(copy => copy.IsConflict)) is { } conflicts) yield return $"images with different labels {conflicts}";
        if (List(copies.Where(copy => !copy.IsLeak && !copy.IsConflict)) is { } repeats) yield return $"images that stand more than once in a class {repeats}";
    }

    /// <summary>The files, each with its label.</summary>
    public override string ToString() => string.Join(" = ", Files.Select(file => $"{file.Path} ({file.Label})"));

    private static string? List(IEnumerable<ImageCopies> copies)
    {
        var list = copies.ToList();
        return list.Count == 0 ? null : FormattableString.Invariant($"({list.Count}): {string.Join("; ", list.Take(Listed))}{(list.Count > Listed ? "; …" : "")}");
    }

    private static IEnumerable<ImageCopy> FilesOf(LabeledImages set, bool inValidation) =>
        set.Images.Select(image => new ImageCopy(image.Path, set.Labels[image.ClassIndex], inValidation));

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : -1;
}
