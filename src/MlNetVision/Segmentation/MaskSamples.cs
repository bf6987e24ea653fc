using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Turns the samples of a PNG file into class indices.</summary>
internal static class MaskSamples
{
    /// <summary>The indices that the samples are: of a palette, or grey.</summary>
    /// <exception cref="BadImageException">The file is damaged, or its samples are no indices; the message names the first pixel.</exception>
    public static byte[] Indices(PngFile file)
    {
        var header = Checked(file);
        var classes = new byte[header.Width * header.Height];
        file.ReadRows((y, samples) =>
        {
            var row = classes.AsSpan(y * header.Width, header.Width);
            if (header.Samples == 1 && header.Depth <= 8) Copy(samples, row, file, y);
            else Grey(samples, row, file, y);
        });
        return classes;
    }

    /// <summary>The indices that the colours stand for.</summary>
    /// <param name="file">The file, of 8 bits per sample or indexed.</param>
    /// <param name="indices">The index of each colour, as red · 65536 + green · 256 + blue.</param>
    /// <param name="palette">The name of the colours in messages.</param>
    /// <exception cref="BadImageException">The file is damaged, or has another colour.</exception>
    public static byte[] OfColors(PngFile file, IReadOnlyDictionary<int, byte> indices, string palette)
    {
        var header = Checked(file);
        if (header.Depth == 16) throw file.Wrong("the file has 16 bits per sample; expected colours of 8 bits");
        var classes = new byte[header.Width * header.Height];
        var scale = header.Type == PngColorType.Grey ? 255 / ((1 << header.Depth) - 1) : 1;
        file.ReadRows((y, samples) =>
        {
            var (last, index) = (-1, (byte)0);
            for (var x = 0; x < header.Width; x++)
            {
                var color = ColorAt(samples, x, file, scale, y);
                // Areas have one colour.
                if (color != last && !indices.TryGetValue(color, out index))
                    throw file.Wrong($"the colour ({color >> 16}, {color >> 8 & 255}, {color & 255}) of the pixel ({x}, {y}) "
                        + $"is not in the palette '{palette}'; expected its colours alone");
                last = color;
                classes[y * header.Width + x] = index;
            }
        });
        return classes;
    }

    private static PngHeader Checked(PngFile file) =>
        file.Header.Interlaced ? throw file.Bad("the file is interlaced, which is not supported") : file.Header;

    private static int ColorAt(ReadOnlySpan<byte> samples, int x, PngFile file, int scale, int y)
    {
        var header = file.Header;
        var at = x * header.Samples;
        switch (header.Type)
        {
            case PngColorType.Indexed:
                if (samples[x] >= file.Colors) throw BeyondPalette(file, y, samples[x]);
                var entry = file.Palette.AsSpan(3 * samples[x]);
                return entry[0] << 16 | entry[1] << 8 | entry[2];
            case PngColorType.Grey or PngColorType.GreyAlpha:
                return samples[at] * scale * 0x010101;
            default:
                return samples[at] << 16 | samples[at + 1] << 8 | samples[at + 2];
        }
    }

    private static void Copy(ReadOnlySpan<byte> samples, Span<byte> classes, PngFile file, int y)
    {
        samples.CopyTo(classes);
        if (file.Header.Type == PngColorType.Indexed && ClassMaps.Highest(classes) is var highest && highest >= file.Colors)
            throw BeyondPalette(file, y, highest);
    }

    /// <summary>Grey of 16 bits, or as equal colours, or with alpha, which must be opaque: what is behind a transparent pixel is nobody's class.</summary>
    private static void Grey(ReadOnlySpan<byte> samples, Span<byte> classes, PngFile file, int y)
    {
        var header = file.Header;
        var (wide, colors, alpha) = (header.Depth == 16, header.Samples >= 3 ? 3 : 1, header.Samples is 2 or 4);
        var bytes = wide ? 2 : 1;
        for (var x = 0; x < classes.Length; x++)
        {
            var pixel = samples.Slice(x * header.Samples * bytes, header.Samples * bytes);
            var value = ValueAt(pixel, 0, wide);
            if (colors == 3 && (ValueAt(pixel, 1, wide) != value || ValueAt(pixel, 2, wide) != value))
            {
                throw file.Bad($"the file is in colour: the pixel ({x}, {y}) is ({value}, {ValueAt(pixel, 1, wide)}, {ValueAt(pixel, 2, wide)}), "
                    + "which is no class without a palette of colours (--mask-palette)");
            }
            if (alpha && ValueAt(pixel, header.Samples - 1, wide) != (wide ? 65535 : 255))
                throw file.Bad($"the pixel ({x}, {y}) is transparent, which does not define a class");
            if (value > 255) throw file.Bad($"the pixel ({x}, {y}) is {value}; classes are 0 to 255");
            classes[x] = (byte)value;
        }
    }

    private static int ValueAt(ReadOnlySpan<byte> pixel, int sample, bool wide) =>
        wide ? pixel[2 * sample] << 8 | pixel[2 * sample + 1] : pixel[sample];

    private static BadImageException BeyondPalette(PngFile file, int y, int index) =>
        file.Bad($"row {y + 1} has the index {index}, beyond the palette of {file.Colors} colours");
}
