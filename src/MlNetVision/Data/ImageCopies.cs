using System.Security.Cryptography;
using MlNetVision.Files;

namespace MlNetVision.Data;

/// <summary>Files with the same bytes.</summary>
public sealed class ImageCopies
{
    private const int Listed = 10;

    private ImageCopies(IReadOnlyList<ImageCopy> files) => Files = files;

    /// <summary>At least two files: those of the training set first, each in the order of its set.</summary>
    public IReadOnlyList<ImageCopy> Files { get; }

    /// <summary>Whether the image is in both training and validation set, which makes validation metrics too good.</summary>
    public bool IsLeak => Files.Any(file => file.InValidation) && Files.Any(file => !file.InValidation);

    /// <summary>Whether the image has different labels, so that at least one is incorrect.</summary>
    public bool IsConflict => Files.Any(file => file.Label != Files[0].Label);

    /// <summary>Finds images that occur more than once in a training set and its validation set, by their content.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="validation">The validation set; null: none.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The images in the order of their first files. Unreadable files are skipped.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static IReadOnlyList<ImageCopies> Find(
        LabeledImages train, LabeledImages? validation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return Find([.. FilesOf(train, inValidation: false), .. validation is null ? [] : FilesOf(validation, inValidation: true)], cancellationToken);
    }

    /// <summary>Finds images that occur more than once in data sets of detection; the label of each is the number of its objects by class.</summary>
    /// <inheritdoc cref="Find(LabeledImages, LabeledImages?, CancellationToken)"/>
    public static IReadOnlyList<ImageCopies> Find(
        DetectionDataSet train, DetectionDataSet? validation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return Find([.. FilesOf(train, inValidation: false), .. validation is null ? [] : FilesOf(validation, inValidation: true)], cancellationToken);
    }

    private static IReadOnlyList<ImageCopies> Find(List<ImageCopy> files, CancellationToken cancellationToken)
    {
        // Only files of equal length can be equal, so most need not be read.
        var candidates = files.Select((file, i) => (Index: i, Length: Length(file.Path))).GroupBy(x => x.Length)
            .Where(same => same.Key >= 0 && same.Count() > 1).SelectMany(same => same.Select(x => x.Index)).ToArray();
        var hashes = new string?[files.Count];
        Parallel.ForEach(candidates, new ParallelOptions { CancellationToken = cancellationToken }, i => hashes[i] = HashOf(files[i].Path));
        return [.. files.Zip(hashes).Where(x => x.Second is not null).GroupBy(x => x.Second, x => x.First)
            .Where(same => same.Count() > 1).Select(same => new ImageCopies([.. same]))];
    }

    /// <summary>Messages, at most three: leaks, conflicts and repetitions, each with the first ten.</summary>
    public static IEnumerable<string> Describe(IReadOnlyList<ImageCopies> copies)
    {
        ArgumentNullException.ThrowIfNull(copies);
        if (List(copies.Where(copy => copy.IsLeak)) is { } leaks)
            yield return $"images in both training and validation, whose metrics are then too good {leaks}";
        if (List(copies.Where(copy => copy.IsConflict)) is { } conflicts) yield return $"images with different labels {conflicts}";
        if (List(copies.Where(copy => !copy.IsLeak && !copy.IsConflict)) is { } repeats)
            yield return $"images that occur more than once {repeats}";
    }

    /// <summary>The files, each with its label.</summary>
    public override string ToString() => string.Join(" = ", Files.Select(file => $"{file.Path} ({file.Label})"));

    private static string? List(IEnumerable<ImageCopies> copies)
    {
        var list = copies.ToList();
        if (list.Count == 0) return null;
        return FormattableString.Invariant($"({list.Count}): {string.Join("; ", list.Take(Listed))}{(list.Count > Listed ? "; …" : "")}");
    }

    private static IEnumerable<ImageCopy> FilesOf(LabeledImages set, bool inValidation) =>
        set.Images.Select(image => new ImageCopy(image.Path, set.Labels[image.ClassIndex], inValidation));

    private static IEnumerable<ImageCopy> FilesOf(DetectionDataSet set, bool inValidation) =>
        set.Images.Select(image => new ImageCopy(image.Path, ObjectsOf(image), inValidation));

    private static string ObjectsOf(AnnotatedImage image) => image.Boxes.Count == 0 ? "no objects"
        : string.Join(", ", image.Boxes.GroupBy(b => b.Label).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    private static string? HashOf(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Length(string path) => RegularFile.LengthOf(path) ?? -1;
}

/// <summary>One of several files with the same content.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="InValidation">Whether it is in the validation set; else in the training set.</param>
public readonly record struct ImageCopy(string Path, string Label, bool InValidation);
