namespace MlNetVision.Segmentation;

/// <summary>How a contact sheet is laid out.</summary>
public sealed record ContactSheetOptions
{
    /// <summary>The width of a thumbnail's cell in pixels, 32 to 2000; its height is ¾ of that. Default: 240. Many images reduce it, see <see cref="MaxPixels"/>.</summary>
    public int ThumbnailWidth { get; init; } = 240;

    /// <summary>The number of columns, 1 to 1000; null: for a sheet of about 4:3. Default: null.</summary>
    public int? Columns { get; init; }

    /// <summary>The most pixels of the sheet, at least a million: thumbnails shrink, down to 32 pixels, to stay below. Default: 32,000,000 (128 MB).</summary>
    public int MaxPixels { get; init; } = 32_000_000;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (ThumbnailWidth is < SheetLayout.Smallest or > 2000) throw new ArgumentException($"The thumbnails' width is {ThumbnailWidth}: {SheetLayout.Smallest} to 2000 pixels were expected.");
        if (Columns is < 1 or > 1000) throw new ArgumentException($"The number of columns is {Columns}: 1 to 1000 were expected.");
        if (MaxPixels is < 1_000_000 or > 500_000_000) throw new ArgumentException($"The sheet's most pixels are {MaxPixels}: 1,000,000 to 500,000,000 were expected.");
    }
}
