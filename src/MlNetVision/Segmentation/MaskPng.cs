using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Masks as PNG files: written as 8-bit indexed PNG, whose samples are class indices and whose palette gives them colours
/// (the form of PASCAL VOC's masks); read from indexed PNG, from grey PNG, whose values are then the indices, and from coloured PNG.
/// </summary>
public static class MaskPng
{
    /// <summary>Encodes a mask.</summary>
    /// <param name="mask">The mask; its confidences are not written.</param>
    /// <param name="palette">The colours; null: those of the labels, see <see cref="ColorPalette.For"/>.</param>
    /// <returns>The bytes of a PNG file.</returns>
    /// <exception cref="ArgumentException">The palette is shorter than the mask's classes.</exception>
    public static byte[] Encode(SegmentationMask mask, ColorPalette? palette = null)
    {
        using var stream = new MemoryStream();
        Write(mask, stream, Check(mask, palette));
        return stream.ToArray();
    }

    /// <summary>Writes a mask to a file; missing folders are created, and the file appears when it is complete.</summary>
    /// <param name="mask">The mask; its confidences are not written.</param>
    /// <param name="path">The file to write or replace, .png.</param>
    /// <param name="palette">The colours; null: those of the labels.</param>
    /// <exception cref="ArgumentException">The extension is another, or the palette is shorter than the mask's classes.</exception>
    public static void Save(SegmentationMask mask, string path, ColorPalette? palette = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (ImageFiles.FormatOf(path) != ImageFormat.Png)
            throw new ArgumentException($"{path}: masks are written as .png, which alone holds indices.", nameof(path));
        var colors = Check(mask, palette);
        AtomicFile.Write(path, stream => Write(mask, stream, colors));
    }

    /// <summary>
    /// Reads a mask: indexed PNG of 1 to 8 bits (its indices, whatever the colours), or grey PNG of 1 to 16 bits (its values,
    /// 255 at most), also where grey is written as equal red, green and blue, or with an opaque alpha. Recognised by content, not by extension.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The names of the classes; null: none. Indices beyond them, as data sets have for "ignore", are kept.</param>
    /// <param name="limits">The limits of size; <see cref="ImageLimits.Default"/> where null.</param>
    /// <exception cref="BadImageException">
    /// The file is missing, unreadable, not a PNG, truncated, damaged, beyond the limits, in colour or transparent, interlaced, or has values
    /// above 255.
    /// </exception>
    public static SegmentationMask Load(string path, IReadOnlyList<string>? labels = null, ImageLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, limits ?? ImageLimits.Default);
        return Decode(bytes.Span, path, labels, limits);
    }

    /// <summary>Decodes a mask from memory; see <see cref="Load"/>.</summary>
    /// <param name="encoded">The bytes of a PNG file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="labels">The names of the classes; null: none.</param>
    /// <param name="limits">The limits of size; <see cref="ImageLimits.Default"/> where null.</param>
    /// <exception cref="BadImageException">As for a file.</exception>
    public static SegmentationMask Decode(ReadOnlySpan<byte> encoded, string name, IReadOnlyList<string>? labels = null, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Decode(new PngFile(encoded, name, limits ?? ImageLimits.Default), labels);
    }

    /// <summary>Decodes a mask from a parsed file.</summary>
    internal static SegmentationMask Decode(PngFile file, IReadOnlyList<string>? labels = null) =>
        new(file.Header.Width, file.Header.Height, MaskSamples.Indices(file), labels ?? []);

    private static ColorPalette Check(SegmentationMask mask, ColorPalette? palette)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return (palette ?? ColorPalette.For(mask.Labels)).Cover(mask);
    }

    private static void Write(SegmentationMask mask, Stream stream, ColorPalette palette)
    {
        var colors = palette.Colors.SelectMany(c => new[] { c.Red, c.Green, c.Blue }).ToArray();
        using var png = new PngWriter(stream, mask.Width, mask.Height, PngColorType.Indexed, colors);
        for (var y = 0; y < mask.Height; y++) png.Row(mask.Classes.Slice(y * mask.Width, mask.Width));
        png.Finish();
    }
}
