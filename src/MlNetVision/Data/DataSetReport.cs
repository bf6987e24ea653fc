using System.Globalization;

namespace MlNetVision.Data;

/// <summary>Why something of a data set is left out.</summary>
public enum LeftOutKind
{
    /// <summary>The file of an image's labels cannot be read or understood, so that its image is left out.</summary>
    UnreadableLabels,

    /// <summary>The data set lists an image without a file of labels.</summary>
    MissingLabels,

    /// <summary>There is no image for the labels.</summary>
    MissingImage,

    /// <summary>The file of an image is not an image.</summary>
    UnreadableImage,

    /// <summary>The image has several different labels, or its id is not its own.</summary>
    AmbiguousImage,

    /// <summary>An entry of a list or of annotations cannot be understood, or belongs to no image or class.</summary>
    UnusableEntry,

    /// <summary>The image has no mask.</summary>
    MissingMask,

    /// <summary>The mask belongs to no image.</summary>
    UnusedMask,

    /// <summary>The mask cannot be read, or its size is not the image's.</summary>
    UnreadableMask,

    /// <summary>A folder cannot be read.</summary>
    UnreadableFolder,

    /// <summary>The class has no images.</summary>
    EmptyClass,
}

/// <summary>Something that a data set names and that is not used.</summary>
/// <param name="Kind">Why, in one word.</param>
/// <param name="Name">What is left out: the file, or the place in a file.</param>
/// <param name="Reason">Why, in words; it names the file.</param>
public readonly record struct LeftOut(LeftOutKind Kind, string Name, string Reason)
{
    /// <summary>Whether it is an image of the data set; otherwise it is a mask, an entry, a folder or a class.</summary>
    public bool IsImage => Kind is LeftOutKind.UnreadableLabels or LeftOutKind.MissingLabels or LeftOutKind.MissingImage
        or LeftOutKind.UnreadableImage or LeftOutKind.AmbiguousImage or LeftOutKind.MissingMask or LeftOutKind.UnreadableMask;

    /// <summary>
    /// One line for all: <c>3 of 120 images left out: 2 unreadable label files, 1 missing image</c>; null where nothing is left out.
    /// </summary>
    /// <param name="leftOut">What is left out.</param>
    /// <param name="images">The number of images that are used.</param>
    public static string? Summarize(IReadOnlyCollection<LeftOut> leftOut, int images)
    {
        ArgumentNullException.ThrowIfNull(leftOut);
        var ofImages = leftOut.Where(item => item.IsImage).ToList();
        var others = leftOut.Where(item => !item.IsImage).ToList();
        var parts = new List<string>();
        if (ofImages.Count > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{ofImages.Count} of {images + ofImages.Count} images left out: {Count(ofImages)}"));
        if (others.Count > 0) parts.Add($"{(parts.Count == 0 ? "left out" : "also left out")}: {Count(others)}");
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string Count(List<LeftOut> items) => string.Join(", ", items.GroupBy(item => item.Kind).OrderBy(group => group.Key)
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Words(group.Key, group.Count() > 1)}")));

    private static string Words(LeftOutKind kind, bool several) => kind switch
    {
        LeftOutKind.UnreadableLabels => several ? "unreadable label files" : "unreadable label file",
        LeftOutKind.MissingLabels => several ? "missing label files" : "missing label file",
        LeftOutKind.MissingImage => several ? "missing images" : "missing image",
        LeftOutKind.UnreadableImage => several ? "unreadable images" : "unreadable image",
        LeftOutKind.AmbiguousImage => several ? "images of several labels or ids" : "image of several labels or ids",
        LeftOutKind.UnusableEntry => several ? "unusable entries" : "unusable entry",
        LeftOutKind.MissingMask => several ? "images without a mask" : "image without a mask",
        LeftOutKind.UnusedMask => several ? "masks without an image" : "mask without an image",
        LeftOutKind.UnreadableMask => several ? "unusable masks" : "unusable mask",
        LeftOutKind.UnreadableFolder => several ? "unreadable folders" : "unreadable folder",
        _ => several ? "classes without images" : "class without images",
    };
}

/// <summary>Collects what a reader corrects and what it leaves out.</summary>
/// <param name="strict">Whether leaving something out is an error.</param>
internal sealed class DataSetReport(bool strict = false)
{
    /// <summary>A bad export can repeat one flaw in every line, so that warnings are bounded.</summary>
    private const int Limit = 99;

    private readonly List<string> _first = [];
    private readonly Dictionary<string, (string First, int More)> _repeated = new(StringComparer.Ordinal);
    private readonly List<LeftOut> _leftOut = [];
    private int _more;

    /// <summary>What is left out, in the order of reading.</summary>
    public IReadOnlyList<LeftOut> LeftOut => _leftOut;

    /// <summary>The warnings; the last one states how many more there were.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            var repeated = _repeated.Values.Select(w => w.More == 0 ? w.First : string.Create(CultureInfo.InvariantCulture, $"{w.First} ({w.More} more)"));
            return [.. repeated, .. _first, .. _more == 0 ? Array.Empty<string>() : [$"and {_more} more"]];
        }
    }

    /// <summary>Adds a warning; beyond 99 only their number is kept.</summary>
    public void Warn(string warning)
    {
        if (_first.Count < Limit) _first.Add(warning);
        else _more++;
    }

    /// <summary>Adds a warning that stands once for all of its kind, with their number.</summary>
    /// <param name="kind">The kind; at most some ten in one reader.</param>
    /// <param name="warning">The warning for the first of them.</param>
    public void WarnOnce(string kind, string warning) =>
        _repeated[kind] = _repeated.TryGetValue(kind, out var known) ? (known.First, known.More + 1) : (warning, 0);

    /// <summary>The number of boxes that were skipped.</summary>
    public int SkippedBoxes { get; private set; }

    /// <summary>Why the first of them was; null: none was.</summary>
    public string? FirstSkippedBox { get; private set; }

    /// <summary>Skips a box.</summary>
    public void SkipBox(string reason)
    {
        SkippedBoxes++;
        FirstSkippedBox ??= reason;
        Warn(reason);
    }

    /// <summary>Leaves something out.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="name">What.</param>
    /// <param name="reason">Why, in words, ending with a full stop; it names the file.</param>
    /// <param name="cause">The error behind it; null: none.</param>
    /// <exception cref="BadDataSetException">Nothing may be left out.</exception>
    public void LeaveOut(LeftOutKind kind, string name, string reason, Exception? cause = null)
    {
        if (strict) throw cause is null ? new BadDataSetException(reason) : new BadDataSetException(reason, cause);
        _leftOut.Add(new(kind, name, reason));
    }

    /// <summary>Leaves out what one file would have given.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="file">The file.</param>
    /// <param name="error">What <see cref="IsOfFile"/> accepts.</param>
    /// <exception cref="BadDataSetException">Nothing may be left out.</exception>
    public void LeaveOut(LeftOutKind kind, string file, Exception error) =>
        LeaveOut(kind, file, error is BadDataSetException ? error.Message : $"{file}: the file cannot be read: {error.Message}", error);

    /// <summary>Says in one line that images of formats that are not read are left out, where there are any.</summary>
    /// <exception cref="BadDataSetException">There are some, and nothing may be left out.</exception>
    public void LeaveOut(UnreadFormats others)
    {
        if (others.ToString() is not { } unread) return;
        if (strict) throw new BadDataSetException($"{unread}.");
        Warn(unread);
    }

    /// <summary>Whether an error is one file's: it cannot be read, or not be understood.</summary>
    public static bool IsOfFile(Exception error) => error is BadDataSetException or IOException or UnauthorizedAccessException;
}
