using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>The palettes that data sets were published with.</summary>
internal static class PublishedPalettes
{
    public static ColorPalette Voc() => new("voc", [.. Enumerable.Range(0, SegmentationMask.MaxClasses).Select(VocColor)], VocLabels.All);

    public static ColorPalette Cityscapes() => Make("cityscapes",
        ("road", 0x804080), ("sidewalk", 0xF423E8), ("building", 0x464646), ("wall", 0x66669C), ("fence", 0xBE9999), ("pole", 0x999999),
        ("traffic light", 0xFAAA1E), ("traffic sign", 0xDCDC00), ("vegetation", 0x6B8E23), ("terrain", 0x98FB98), ("sky", 0x4682B4),
        ("person", 0xDC143C), ("rider", 0xFF0000), ("car", 0x00008E), ("truck", 0x000046), ("bus", 0x003C64), ("train", 0x005064),
        ("motorcycle", 0x0000E6), ("bicycle", 0x770B20));

    public static ColorPalette CamVid() => Make("camvid",
        ("sky", 0x808080), ("building", 0x800000), ("pole", 0xC0C080), ("road", 0x804080), ("pavement", 0x3C28DE), ("tree", 0x808000),
        ("sign", 0xC08080), ("fence", 0x404080), ("car", 0x400080), ("pedestrian", 0x404000), ("bicyclist", 0x0080C0));

    private static ColorPalette Make(string name, params ReadOnlySpan<(string Label, int Rgb)> classes)
    {
        var (colors, labels) = (new List<RgbColor>(), new List<string>());
        foreach (var (label, rgb) in classes)
        {
            colors.Add(new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb));
            labels.Add(label);
        }
        return new(name, colors, labels);
    }

    private static RgbColor VocColor(int index)
    {
        int red = 0, green = 0, blue = 0;
        for (var bit = 7; index > 0; bit--, index >>= 3)
        {
            red |= (index & 1) << bit;
            green |= (index >> 1 & 1) << bit;
            blue |= (index >> 2 & 1) << bit;
        }
        return new((byte)red, (byte)green, (byte)blue);
    }
}
