using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Segmentation;

/// <summary>
/// A contact sheet: thumbnails in rows, each with its name. They are drawn as they come, so that only the sheet is in
/// memory. Thread-safe. The caller disposes the sheet.
/// </summary>
public sealed class ContactSheet : IDisposable
{
    private static readonly RgbColor Paper = new(245, 245, 245);
    private static readonly SKColor Ink = new(40, 40, 40);
    private readonly Lock _lock = new();
    private readonly SheetLayout _layout;
    private readonly LabelFont _font;
    private readonly bool[] _taken;

    /// <summary>Makes an empty sheet.</summary>
    /// <param name="count">The number of images, 1 at least.</param>
    /// <param name="options">The layout; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or the sheet has no room for that many images.</exception>
    public ContactSheet(int count, ContactSheetOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new();
        options.Validate();
        (_layout, _taken) = (SheetLayout.For(count, options), new bool[count]);
        Image = RgbImage.Uninitialized(_layout.Width, _layout.Height);
        Image.Words.Fill(Paper.ToPixel());
        _font = LabelFont.Create(_layout.TextSize);
    }

    /// <summary>The sheet as drawn so far; owned by this object.</summary>
    public RgbImage Image { get; }

    /// <summary>Draws an image into the next free cell.</summary>
    /// <param name="image">Any image, such as an overlay; the caller keeps it.</param>
    /// <param name="name">The caption below it; cut where it is too long.</param>
    /// <exception cref="InvalidOperationException">The sheet is full.</exception>
    public void Add(RgbImage image, string name) => Draw(TakeCell(), image, name);

    /// <summary>Draws an image into a given cell; images may come in any order.</summary>
    /// <param name="cell">The cell, counted from 0 along the rows.</param>
    /// <param name="image">Any image; the caller keeps it.</param>
    /// <param name="name">The caption below it; cut where it is too long.</param>
    /// <exception cref="ArgumentException">There is no such cell.</exception>
    /// <exception cref="InvalidOperationException">The cell is taken.</exception>
    public void Add(int cell, RgbImage image, string name)
    {
        ArgumentNullException.ThrowIfNull(image);
        Draw(TakeCell(Known(cell)), image, name);
    }

    /// <summary>Draws an image with its mask, without a legend, into the next free cell.</summary>
    /// <param name="source">The image; the caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size.</param>
    /// <param name="name">The caption below it; cut where it is too long.</param>
    /// <param name="options">How the mask is drawn; null: the defaults.</param>
    /// <exception cref="ArgumentException">As for <see cref="MaskPainter.Draw(RgbImage, SegmentationMask, SegmentationPaintOptions?)"/>.</exception>
    /// <exception cref="InvalidOperationException">The sheet is full.</exception>
    public void Add(RgbImage source, SegmentationMask mask, string name, SegmentationPaintOptions? options = null) =>
        Add(() => TakeCell(), source, mask, name, options);

    /// <summary>Draws an image with its mask, without a legend, into a given cell; images may come in any order.</summary>
    /// <param name="cell">The cell, counted from 0 along the rows.</param>
    /// <param name="source">The image; the caller keeps it.</param>
    /// <param name="mask">The classes of its pixels: a mask of the same size.</param>
    /// <param name="name">The caption below it; cut where it is too long.</param>
    /// <param name="options">How the mask is drawn; null: the defaults.</param>
    /// <exception cref="ArgumentException">
    /// As for <see cref="MaskPainter.Draw(RgbImage, SegmentationMask, SegmentationPaintOptions?)"/>; or there is no such cell.
    /// </exception>
    /// <exception cref="InvalidOperationException">The cell is taken.</exception>
    public void Add(int cell, RgbImage source, SegmentationMask mask, string name, SegmentationPaintOptions? options = null)
    {
        Add(() => TakeCell(Known(cell)), source, mask, name, options);
    }

    private int Known(int cell) => (uint)cell < (uint)_taken.Length ? cell
        : throw new ArgumentOutOfRangeException(nameof(cell), $"Cell {cell} was given; expected 0 to {_taken.Length - 1}.");

    private void Add(Func<int> take, RgbImage source, SegmentationMask mask, string name, SegmentationPaintOptions? options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mask);
        mask.CheckCovers(source);
        using var small = Shrink(source);
        options = (options ?? new()) with { Legend = LegendPlacement.None };
        using var overlay = MaskPainter.Draw(small, ClassMaps.Resize(mask, small.Width, small.Height), options);
        Draw(take(), overlay, name);
    }

    /// <summary>Draws only the name into the next free cell, for an unreadable image.</summary>
    /// <exception cref="InvalidOperationException">The sheet is full.</exception>
    public void AddMissing(string name)
    {
        var cell = TakeCell();
        lock (_lock)
        {
            using var canvas = new SKCanvas(Image.Bitmap);
            using var paint = new SKPaint
            {
                Color = new SKColor(190, 190, 190), StrokeWidth = Math.Max(1, _layout.Gap / 4), Style = SKPaintStyle.Stroke, IsAntialias = true,
            };
            var (left, top) = _layout.Cell(cell);
            var frame = SKRect.Create(left, top, _layout.Thumbnail, _layout.ThumbnailHeight);
            canvas.DrawRect(frame, paint);
            canvas.DrawLine(frame.Left, frame.Top, frame.Right, frame.Bottom, paint);
            canvas.DrawLine(frame.Left, frame.Bottom, frame.Right, frame.Top, paint);
            Write(canvas, cell, name);
        }
    }

    /// <summary>Writes the sheet in the format that the extension names; see <see cref="RgbImage.Save(string)"/>.</summary>
    public void Save(string path)
    {
        lock (_lock) Image.Save(path);
    }

    /// <summary>Frees the sheet.</summary>
    public void Dispose()
    {
        Image.Dispose();
        _font.Dispose();
    }

    private int TakeCell(int? wanted = null)
    {
        lock (_lock)
        {
            var cell = wanted ?? Array.IndexOf(_taken, false);
            if (cell < 0) throw new InvalidOperationException($"The contact sheet is full: it was made for {_taken.Length} images.");
            if (_taken[cell]) throw new InvalidOperationException($"The cell {cell} of the contact sheet is taken.");
            _taken[cell] = true;
            return cell;
        }
    }

    private void Draw(int cell, RgbImage image, string name)
    {
        using var small = Shrink(image);
        var (left, top) = _layout.Cell(cell);
        var (x, y) = (left + (_layout.Thumbnail - small.Width) / 2, top + (_layout.ThumbnailHeight - small.Height) / 2);
        var region = new ImageRegion(Image, x, y, small.Width, small.Height);
        lock (_lock)
        {
            region.CopyFrom(small, 0, 0);
            using var canvas = new SKCanvas(Image.Bitmap);
            Write(canvas, cell, name);
        }
    }

    private void Write(SKCanvas canvas, int cell, string name)
    {
        var text = _font.Cut(LabelFont.OneLine(name, 200), _layout.Thumbnail);
        var (left, top) = _layout.Cell(cell);
        var x = left + (_layout.Thumbnail - _font.Measure(text)) / 2;
        _font.Draw(canvas, text, x, top + _layout.ThumbnailHeight + (_layout.NameHeight - _font.Height) / 2, Ink);
    }

    /// <summary>Fits an image to a cell without enlarging it.</summary>
    private RgbImage Shrink(RgbImage image)
    {
        var scale = Math.Min(1, Math.Min((double)_layout.Thumbnail / image.Width, (double)_layout.ThumbnailHeight / image.Height));
        var (width, height) = (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        return ImageResizer.Resize(image, new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
    }
}

/// <summary>How a contact sheet is laid out.</summary>
public sealed record ContactSheetOptions
{
    /// <summary>
    /// The width of a thumbnail's cell in pixels, 32 to 2000; its height is ¾ of that. Default: 240. Many images reduce it, see
    /// <see cref="MaxPixels"/>.
    /// </summary>
    public int ThumbnailWidth { get; init; } = 240;

    /// <summary>The number of columns, 1 to 1000; null: for a sheet of about 4:3. Default: null.</summary>
    public int? Columns { get; init; }

    /// <summary>
    /// The most pixels of the sheet, at least a million: thumbnails shrink, down to 32 pixels, to stay below. Default: 32,000,000 (128 MB).
    /// </summary>
    public int MaxPixels { get; init; } = 32_000_000;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (ThumbnailWidth is < SheetLayout.Smallest or > 2000)
            throw new ArgumentException($"The thumbnails' width is {ThumbnailWidth}: {SheetLayout.Smallest} to 2000 pixels were expected.");
        if (Columns is < 1 or > 1000) throw new ArgumentException($"The number of columns is {Columns}: 1 to 1000 were expected.");
        if (MaxPixels is < 1_000_000 or > 500_000_000)
            throw new ArgumentException($"The sheet's most pixels are {MaxPixels}: 1,000,000 to 500,000,000 were expected.");
    }
}

/// <summary>The grid of a contact sheet: cells of a thumbnail with its name below, a gap around each.</summary>
internal readonly record struct SheetLayout(int Columns, int Rows, int Thumbnail)
{
    /// <summary>The smallest width of a thumbnail.</summary>
    public const int Smallest = 32;

    public int ThumbnailHeight => Thumbnail * 3 / 4;
    public float TextSize => Math.Clamp(Thumbnail / 16f, 9, 40);
    public int NameHeight => (int)MathF.Ceiling(TextSize * 1.5f);
    public int Gap => Math.Max(2, Thumbnail / 30);
    public int Width => Columns * (Thumbnail + Gap) + Gap;
    public int Height => Rows * (ThumbnailHeight + NameHeight + Gap) + Gap;

    /// <summary>The layout of the largest thumbnails that fit, up to the requested size.</summary>
    public static SheetLayout For(int count, ContactSheetOptions options)
    {
        // More cannot fit, and would overflow below.
        var any = count <= options.MaxPixels / (Smallest * Smallest * 3 / 4);
        for (var size = options.ThumbnailWidth; any && size >= Smallest; size = Math.Min(size - 1, size * 19 / 20))
        {
            var cell = new SheetLayout(1, 1, size);
            // 4 : 3 = columns · width : (count / columns) · height
            var columns = options.Columns ?? (int)Math.Ceiling(Math.Sqrt(4d / 3 * count * (cell.Height - cell.Gap) / (cell.Width - cell.Gap)));
            columns = Math.Clamp(columns, 1, count);
            var layout = new SheetLayout(columns, (count + columns - 1) / columns, size);
            if ((long)layout.Width * layout.Height <= options.MaxPixels) return layout;
        }
        throw new ArgumentException(
            $"A contact sheet of {options.MaxPixels} pixels has no room for {count} images, even of {Smallest} pixels each: make several sheets, or "
            + "allow more (ContactSheetOptions.MaxPixels).", nameof(count));
    }

    public (int Left, int Top) Cell(int index) =>
        (Gap + index % Columns * (Thumbnail + Gap), Gap + index / Columns * (ThumbnailHeight + NameHeight + Gap));
}
