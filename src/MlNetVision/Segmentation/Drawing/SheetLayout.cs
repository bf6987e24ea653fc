namespace MlNetVision.Segmentation;

/// <summary>The grid of a contact sheet: cells of a thumbnail with its name below, a gap around each.</summary>
internal readonly record struct SheetLayout(int Columns, int Rows, int Thumbnail)
{
    /// <summary>The least width of a thumbnail.</summary>
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
        throw new ArgumentException($"A contact sheet of {options.MaxPixels} pixels has no room for {count} images, even of {Smallest} pixels each: make several sheets, or allow more (ContactSheetOptions.MaxPixels).", nameof(count));
    }

    public (int Left, int Top) Cell(int index) =>
        (Gap + index % Columns * (Thumbnail + Gap), Gap + index / Columns * (ThumbnailHeight + NameHeight + Gap));
}
