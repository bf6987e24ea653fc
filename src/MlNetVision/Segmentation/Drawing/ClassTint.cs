namespace MlNetVision.Segmentation;

/// <summary>Blends the classes' colours into pixels: (pixel · (256 − a) + colour · a) / 256, rounded, with a = 256 · opacity.</summary>
internal sealed class ClassTint
{
    private const uint Lanes = 0x00FF00FF;
    private const uint Half = 0x00800080;

    // For each class: the pixel's weight, and colour · a + ½ in two words of two 16-bit lanes (red and blue, green and alpha).
    private readonly uint[] _keep = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _redBlue = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _greenAlpha = new uint[SegmentationMask.MaxClasses];
    private readonly uint[] _pixels = new uint[SegmentationMask.MaxClasses];
    private readonly bool[] _colored = new bool[SegmentationMask.MaxClasses];

    public ClassTint(ColorPalette palette, IReadOnlyList<string> labels, SegmentationPaintOptions options)
    {
        var opacity = (uint)MathF.Round(options.Opacity * 256);
        for (var i = 0; i < palette.Colors.Count; i++)
        {
            var pixel = palette[i].ToPixel();
            _colored[i] = !IsBackground(i, labels, options);
            var amount = _colored[i] ? opacity : 0;
            (_pixels[i], _keep[i]) = (pixel, 256 - amount);
            (_redBlue[i], _greenAlpha[i]) = ((pixel & Lanes) * amount + Half, (pixel >> 8 & Lanes) * amount + Half);
        }
    }

    public static bool IsBackground(int index, IReadOnlyList<string> labels, SegmentationPaintOptions options) =>
        index < labels.Count && string.Equals(labels[index], options.Background, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a row of pixels, each mixed with its class's colour.</summary>
    public void Blend(ReadOnlySpan<uint> source, ReadOnlySpan<byte> classes, Span<uint> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var (pixel, c) = (source[x], classes[x]);
            var redBlue = (pixel & Lanes) * _keep[c] + _redBlue[c];
            var greenAlpha = (pixel >> 8 & Lanes) * _keep[c] + _greenAlpha[c];
            target[x] = redBlue >> 8 & Lanes | greenAlpha & ~Lanes;
        }
    }

    /// <summary>Sets marked pixels (not 0) of coloured classes to their class's colour.</summary>
    public void Fill(ReadOnlySpan<byte> marks, ReadOnlySpan<byte> classes, Span<uint> target)
    {
        for (var x = 0; x < target.Length; x++)
            if (marks[x] != 0 && _colored[classes[x]]) target[x] = _pixels[classes[x]];
    }
}
