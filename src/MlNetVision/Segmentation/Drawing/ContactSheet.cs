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
    /// <exception cref="ArgumentException">As for <see cref="MaskPainter.Draw(RgbImage, SegmentationMask, SegmentationPaintOptions?)"/>; or there is no such cell.</exception>
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
        using var overlay = MaskPainter.Draw(small, ClassMaps.Resize(mask, small.Width, small.Height), (options ?? new()) with { Legend = LegendPlacement.None });
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
            using var paint = new SKPaint { Color = new SKColor(190, 190, 190), StrokeWidth = Math.Max(1, _layout.Gap / 4), Style = SKPaintStyle.Stroke, IsAntialias = true };
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
        var region = new ImageRegion(Image, left + (_layout.Thumbnail - small.Width) / 2, top + (_layout.ThumbnailHeight - small.Height) / 2, small.Width, small.Height);
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
