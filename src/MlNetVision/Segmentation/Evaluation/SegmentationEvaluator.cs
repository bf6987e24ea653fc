using System.Buffers;
using System.Runtime.Intrinsics;
using MlNetVision.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation.Evaluation;

/// <summary>Compares masks with the ground truth, image by image, in one confusion matrix.</summary>
/// <remarks>
/// Pixels whose ground truth is the ignored index are not counted, whatever is predicted there.
/// Where the ignored index is one of the classes, that class has no metrics and no part in the means;
/// predicting it where another class is true is an error of that class.
/// A class that is neither in the ground truth nor in the prediction has no part in the means.
/// <para>Thread-safe: images may be added from several threads; the sums do not depend on their order.</para>
/// </remarks>
public sealed class SegmentationEvaluator
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<string> _labels;
    private readonly byte? _ignore;
    private readonly ColorPalette? _colors;
    private readonly long[] _counts;
    private long _ignored;
    private int _images;
    private int _turned;

    /// <summary>Makes an evaluator without images.</summary>
    /// <param name="labels">The names of the classes, by index: 1 to 256.</param>
    /// <param name="ignore">The index of unlabelled pixels in the ground truth, such as 255 (Pascal VOC) or 11 (CamVid); null: none.</param>
    /// <param name="colors">
    /// The colours of true masks that are coloured: by the name of a colour where the palette has names, else by its position. Colours of
    /// classes that <paramref name="labels"/> does not have are ignored. Null: masks hold class indices.
    /// </param>
    /// <exception cref="ArgumentException">There are no labels, or more than 256.</exception>
    public SegmentationEvaluator(IReadOnlyList<string> labels, byte? ignore = null, ColorPalette? colors = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count is 0 or > SegmentationMask.MaxClasses)
            throw new ArgumentException($"{labels.Count} labels are given; expected 1 to {SegmentationMask.MaxClasses}.", nameof(labels));
        (_labels, _ignore, _colors, _counts) = ([.. labels], ignore, colors, new long[labels.Count * labels.Count]);
    }

    /// <summary>Adds one image. Where it throws, nothing is added.</summary>
    /// <param name="truth">The true class indices, row by row from the top: <paramref name="width"/> × <paramref name="height"/> of them.</param>
    /// <param name="predicted">The predicted ones, as many.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="name">The name of the ground truth in messages: the file of the mask.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    /// <exception cref="UnusableMaskException">The ground truth has an index that is out of range and not ignored.</exception>
    /// <exception cref="BadModelException">The prediction has an index out of range where the ground truth is not ignored.</exception>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, int height, string name) =>
        Add(truth, predicted, width, height, name, _ignore);

    private void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, int height, string name, byte? ignored)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var pixels = (long)width * height;
        if (truth.Length != pixels)
        {
            throw new ArgumentException(
                $"{name}: {truth.Length} true indices are given for {width}×{height} pixels; expected {pixels}.", nameof(truth));
        }
        if (predicted.Length != pixels)
        {
            throw new ArgumentException(
                $"{name}: {predicted.Length} predicted indices are given for {width}×{height} pixels; expected {pixels}.", nameof(predicted));
        }
        var table = ArrayPool<uint>.Shared.Rent(ConfusionCounter.Cells);
        try
        {
            var counts = table.AsSpan(0, ConfusionCounter.Cells);
            counts.Clear();
            ConfusionCounter.Count(truth, predicted, counts);
            if (HasForeignIndex(counts, ignored)) throw ForeignIndex.Describe(truth, predicted, width, name, _labels, ignored);
            Merge(counts, ignored);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(table);
        }
    }

    /// <summary>Adds one image. Where it throws, nothing is added.</summary>
    /// <param name="truth">The true mask.</param>
    /// <param name="predicted">The predicted mask, of the same size.</param>
    /// <param name="name">The name of the ground truth in messages: the file of the mask.</param>
    /// <exception cref="UnusableMaskException">
    /// The masks differ in size, or the ground truth has an index that is out of range and not ignored.
    /// </exception>
    /// <exception cref="BadModelException">The prediction has an index out of range where the ground truth is not ignored.</exception>
    public void Add(SegmentationMask truth, SegmentationMask predicted, string name)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if ((truth.Width, truth.Height) != (predicted.Width, predicted.Height)) throw OtherSize(truth.Width, truth.Height, predicted, name);
        Add(truth.Classes, predicted.Classes, truth.Width, truth.Height, name);
    }

    private static UnusableMaskException OtherSize(int width, int height, SegmentationMask predicted, string name) => new(
        $"{name}: the mask has {width}×{height} pixels, its image's prediction {predicted.Width}×{predicted.Height}; expected the upright image's size.");

    /// <summary>Adds one image of a data set, whose mask is read here. Where it throws, nothing is added.</summary>
    /// <param name="image">The image and the file of its true mask.</param>
    /// <param name="predicted">The predicted mask, at the size of the upright image.</param>
    /// <exception cref="UnusableMaskException">
    /// The mask cannot be read, differs in size from the prediction, or has an index or a class that the labels do not have and that is not ignored.
    /// </exception>
    /// <exception cref="BadDataSetException">Shapes or colours are given, and no index is left for pixels without a class.</exception>
    /// <exception cref="BadModelException">The prediction has an index out of range where the ground truth is not ignored.</exception>
    public void Add(MaskedImage image, SegmentationMask predicted)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(predicted);
        // What has no class in the data set needs an index that no class has.
        var ignored = _ignore ?? (_labels.Count < SegmentationMask.MaxClasses ? (byte?)(SegmentationMask.MaxClasses - 1) : null);
        var isPlain = image.Shapes is null && _colors is null;
        if (!isPlain && ignored is null)
            throw new BadDataSetException($"{image.Mask}: shapes and colours need an ignored index, and all {_labels.Count} are classes; state one.");
        var truth = isPlain ? Load(image, bytes => MaskPng.Decode(bytes, image.Mask, _labels))
            : image.Shapes is null ? Load(image, bytes => OfColors(bytes, image, _colors!, ignored!.Value))
            : OfShapes(image, predicted, ignored!.Value);
        Add(Upright(truth, image, predicted), predicted.Classes, predicted.Width, predicted.Height, image.Mask, isPlain ? _ignore : ignored);
    }

    /// <summary>The classes of the upright image: a mask of the size of the stored one is turned with it.</summary>
    private ReadOnlySpan<byte> Upright(SegmentationMask mask, MaskedImage image, SegmentationMask predicted)
    {
        if ((mask.Width, mask.Height) == (predicted.Width, predicted.Height)) return mask.Classes;
        if (ImageHeader.TryRead(image.Image) is { } header && header.IsStored(mask.Width, mask.Height) && header.Size == (predicted.Width, predicted.Height))
        {
            Interlocked.Increment(ref _turned);
            return header.Turn(mask.Classes);
        }
        throw OtherSize(mask.Width, mask.Height, predicted, image.Mask);
    }

    private SegmentationMask OfShapes(MaskedImage image, SegmentationMask predicted, byte unlabelled)
    {
        var (width, height) = image.Shapes!.Stated ?? (predicted.Width, predicted.Height);
        if ((width, height) != (predicted.Width, predicted.Height) && ImageHeader.TryRead(image.Image)?.IsStored(width, height) != true)
            throw OtherSize(width, height, predicted, image.Mask);
        return new(width, height, ShapeRaster.Draw(image, width, height, _labels, unlabelled), _labels);
    }

    private SegmentationMask OfColors(ReadOnlySpan<byte> bytes, MaskedImage image, ColorPalette colors, byte unlabelled)
    {
        var file = new PngFile(bytes, image.Mask, ImageLimits.Default);
        return new(file.Header.Width, file.Header.Height, MaskSamples.OfColors(file, colors.IndicesFor(_labels, unlabelled), colors.Name), _labels);
    }

    private static SegmentationMask Load(MaskedImage image, Func<ReadOnlySpan<byte>, SegmentationMask> decode)
    {
        try
        {
            using var bytes = EncodedBytes.Read(image.Mask, ImageLimits.Default);
            return decode(bytes.Span);
        }
        catch (BadImageException e)
        {
            throw new UnusableMaskException($"The mask of {image.Image} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The number of masks that count in the image as it is stored, before EXIF turns it, and that were turned with it.</summary>
    public int TurnedMasks => _turned;

    /// <summary>Evaluates the images added so far; more can be added afterwards.</summary>
    public SegmentationEvaluation Evaluate()
    {
        lock (_lock)
        {
            return new() { Images = _images, Ignore = _ignore, IgnoredPixels = _ignored, Confusion = new(_labels, _counts) };
        }
    }

    private bool HasForeignIndex(ReadOnlySpan<uint> counts, byte? ignored)
    {
        for (var t = 0; t < ConfusionCounter.Side; t++)
        {
            if (t != ignored && Row(counts, t)[(t < _labels.Count ? _labels.Count : 0)..].ContainsAnyExcept(0u)) return true;
        }
        return false;
    }

    private void Merge(ReadOnlySpan<uint> counts, byte? ignored)
    {
        lock (_lock)
        {
            for (var t = 0; t < _labels.Count; t++)
            {
                if (t == ignored) continue;
                var row = Row(counts, t);
                for (var p = 0; p < _labels.Count; p++) _counts[t * _labels.Count + p] += row[p];
            }
            if (ignored is { } ignore)
                foreach (var count in Row(counts, ignore)) _ignored += count;
            _images++;
        }
    }

    private static ReadOnlySpan<uint> Row(ReadOnlySpan<uint> counts, int truth) => counts.Slice(truth * ConfusionCounter.Side, ConfusionCounter.Side);
}

/// <summary>The mask of one image cannot be used; those of the others may.</summary>
/// <param name="message">What is wrong; it names the file.</param>
/// <param name="cause">The error behind it.</param>
public sealed class UnusableMaskException(string message, Exception? cause = null) : BadDataSetException(message, cause!);

/// <summary>Counts pairs of true and predicted class indices.</summary>
internal static class ConfusionCounter
{
    /// <summary>One row and one column per byte value, so that counting needs no range check.</summary>
    public const int Side = 256;

    /// <summary>The length of a table.</summary>
    public const int Cells = Side * Side;

    /// <summary>Adds one to the cell (truth, predicted) of each pixel.</summary>
    /// <param name="truth">Indices.</param>
    /// <param name="predicted">Indices, as many.</param>
    /// <param name="counts">
    /// <see cref="Cells"/> counters, true classes by row. A span's length fits in 31 bits, so none overflows in one call.
    /// </param>
    public static void Count(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, Span<uint> counts)
    {
        if (predicted.Length != truth.Length)
            throw new ArgumentException($"{predicted.Length} predicted indices are given for {truth.Length} true ones.", nameof(predicted));
        counts = counts[..Cells];
        var i = 0;
        // Masks are mostly large areas: a block of equal pairs is counted at once.
        for (; i <= truth.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            var t = truth.Slice(i, Vector256<byte>.Count);
            var p = predicted.Slice(i, Vector256<byte>.Count);
            if (IsUniform(t) && IsUniform(p)) counts[t[0] * Side + p[0]] += (uint)Vector256<byte>.Count;
            else CountEach(t, p, counts);
        }
        CountEach(truth[i..], predicted[i..], counts);
    }

    private static bool IsUniform(ReadOnlySpan<byte> block) => Vector256.EqualsAll(Vector256.Create(block), Vector256.Create(block[0]));

    private static void CountEach(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, Span<uint> counts)
    {
        for (var i = 0; i < truth.Length && i < predicted.Length; i++) counts[truth[i] * Side + predicted[i]]++;
    }
}

/// <summary>Describes an index of a mask that is out of range.</summary>
internal static class ForeignIndex
{
    private const int Listed = 10;

    /// <summary>The error for the first such pixel of the ground truth, else of the prediction.</summary>
    public static Exception Describe(
        ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, string name, IReadOnlyList<string> labels, byte? ignore)
    {
        var foreign = new SortedDictionary<byte, long>();
        var first = -1;
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] < labels.Count || truth[i] == ignore) continue;
            if (first < 0) first = i;
            foreign[truth[i]] = foreign.GetValueOrDefault(truth[i]) + 1;
        }
        if (first < 0) return Predicted(truth, predicted, width, name, labels, ignore);
        return new UnusableMaskException(
            $"{name}: the index {truth[first]} at the pixel ({first % width}, {first / width}) is out of range; "
            + $"{Classes(labels)}{(ignore is null ? "" : $", and {ignore} is ignored")}. "
            + $"{foreign.Values.Sum()} pixels have such an index: {Indices([.. foreign.Keys])}. "
            + "An index that marks unlabelled pixels can be ignored (--ignore).");
    }

    private static BadModelException Predicted(
        ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, string name, IReadOnlyList<string> labels, byte? ignore)
    {
        var first = 0;
        while (predicted[first] < labels.Count || truth[first] == ignore) first++;
        return new BadModelException(
            $"{name}: the model gives the index {predicted[first]} at the pixel ({first % width}, {first / width}), which is out of range; "
            + $"{Classes(labels)}.");
    }

    private static string Classes(IReadOnlyList<string> labels) =>
        labels.Count == 1
            ? $"there is 1 class, 0 ({labels[0]})"
            : $"there are {labels.Count} classes, 0 ({labels[0]}) to {labels.Count - 1} ({labels[^1]})";

    private static string Indices(List<byte> indices) =>
        string.Join(", ", indices.Take(Listed)) + (indices.Count > Listed ? $", … ({indices.Count} different ones)" : "");
}
