using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>The colours of a mask's classes, by class index.</summary>
public sealed class ColorPalette
{
    private static readonly Lazy<ColorPalette> LazyVoc = new(PublishedPalettes.Voc);
    private static readonly Lazy<ColorPalette> LazyCityscapes = new(PublishedPalettes.Cityscapes);
    private static readonly Lazy<ColorPalette> LazyCamVid = new(PublishedPalettes.CamVid);

    /// <summary>Makes a palette.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="colors">1 to 256 colours; copied.</param>
    /// <param name="labels">The names of the first classes, not more than there are colours; copied. Null: none.</param>
    /// <exception cref="ArgumentException">No colours, more than 256 of them, or more labels than colours.</exception>
    public ColorPalette(string name, IReadOnlyList<RgbColor> colors, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(colors);
        if (colors.Count is 0 or > SegmentationMask.MaxClasses)
            throw new ArgumentException(
                $"The palette '{name}' has {colors.Count} colours; expected 1 to {SegmentationMask.MaxClasses}.", nameof(colors));
        if (labels?.Count > colors.Count)
            throw new ArgumentException($"The palette '{name}' has {labels.Count} labels for {colors.Count} colours.", nameof(labels));
        (Name, Colors, Labels) = (name, [.. colors], [.. labels ?? []]);
    }

    /// <summary>
    /// <c>voc</c>: PASCAL VOC's 256 colours by its bit rule (VOCdevkit's <c>VOClabelcolormap</c>): bit 0, 1 and 2 of an index
    /// are the highest bits of red, green and blue, bits 3, 4 and 5 the next ones, and so on. Labels: VOC's 21.
    /// </summary>
    public static ColorPalette Voc => LazyVoc.Value;

    /// <summary>
    /// <c>cityscapes</c>: the 19 training classes of Cityscapes in the order of their train ids (cityscapesScripts,
    /// <c>helpers/labels.py</c>).
    /// </summary>
    public static ColorPalette Cityscapes => LazyCityscapes.Value;

    /// <summary><c>camvid</c>: CamVid's 11 classes in the order and colours of SegNet's tutorial.</summary>
    public static ColorPalette CamVid => LazyCamVid.Value;

    /// <summary>The published palettes, in the order that help texts list them.</summary>
    public static IReadOnlyList<ColorPalette> Presets => [Voc, Cityscapes, CamVid];

    /// <summary>The name; of a file, its path.</summary>
    public string Name { get; }

    /// <summary>The colours by class index, 1 to 256.</summary>
    public IReadOnlyList<RgbColor> Colors { get; }

    /// <summary>The names of the first classes; may be empty.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The colour of a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The palette has no such class.</exception>
    public RgbColor this[int classIndex] => (uint)classIndex < (uint)Colors.Count
        ? Colors[classIndex]
        : throw new ArgumentOutOfRangeException(nameof(classIndex), $"The palette '{Name}' has {Colors.Count} colours; class {classIndex} has none.");

    /// <summary>The published palette of a name, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such palette; the message lists them.</exception>
    public static ColorPalette Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Presets.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no palette '{name}'. {NearNames.Describe(name, [.. Presets.Select(p => p.Name)])} A file of colours can be given, too.",
                nameof(name));
    }

    /// <summary>
    /// Reads a palette from a text file: one line per class from class 0 on, as <c>r g b</c> (0–255 each) or <c>#rrggbb</c>,
    /// with the class's name behind it (on all lines or none); or a table <c>name,r,g,b</c>, with or without that header.
    /// Blank lines and lines that start with <c>//</c> or <c>;</c> are skipped.
    /// </summary>
    /// <param name="path">The file, UTF-8, at most 1 MiB.</param>
    /// <exception cref="BadDataSetException">The file cannot be read or holds no palette; the message names file and line.</exception>
    public static ColorPalette Load(string path) => PaletteFile.Read(path);

    /// <summary>A published palette by its name, or else a file's.</summary>
    /// <exception cref="ArgumentException">It is neither a name nor a file.</exception>
    /// <exception cref="BadDataSetException">The file holds no palette.</exception>
    public static ColorPalette Find(string nameOrPath) => File.Exists(nameOrPath) ? Load(nameOrPath) : Parse(nameOrPath);

    /// <summary>The published palette of labels: CamVid's or Cityscapes' for theirs (case ignored), VOC's for all others.</summary>
    public static ColorPalette For(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Presets.FirstOrDefault(p => labels.SequenceEqual(p.Labels, StringComparer.OrdinalIgnoreCase)) ?? Voc;
    }

    /// <summary>The names that are not among the labels (case ignored); a mask's pixels of such a colour have no class then.</summary>
    public IReadOnlyList<string> Unknown(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return [.. Labels.Where(name => !labels.Contains(name, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>The index of each colour, as red · 65536 + green · 256 + blue, among the labels of a model.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="unlabelled">The index of colours whose names are not among them.</param>
    internal Dictionary<int, byte> IndicesFor(IReadOnlyList<string> labels, byte unlabelled)
    {
        var known = labels.Index().GroupBy(x => x.Item, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(x => x.Key, x => (byte)x.First().Index, StringComparer.OrdinalIgnoreCase);
        var indices = new Dictionary<int, byte>();
        for (var i = 0; i < Colors.Count; i++)
        {
            var color = Colors[i].Red << 16 | Colors[i].Green << 8 | Colors[i].Blue;
            indices.TryAdd(color, i >= Labels.Count ? (byte)i : known.TryGetValue(Labels[i], out var index) ? index : unlabelled);
        }
        return indices;
    }

    /// <summary>Checks that every class of a mask, named or present, has a colour.</summary>
    internal ColorPalette Cover(SegmentationMask mask)
    {
        var highest = Math.Max(mask.Labels.Count - 1, ClassMaps.Highest(mask.Classes));
        return highest < Colors.Count ? this : throw new ArgumentException(
            $"The palette '{Name}' has {Colors.Count} colours; the mask has class {highest} ('{mask.LabelOf(highest)}') and needs at least "
            + $"{highest + 1} colours.");
    }
}

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
