using System.Globalization;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>Reads palettes from text files.</summary>
internal static class PaletteFile
{
    private const string Expected = "one line per class, 'r g b' (0-255 each) or '#rrggbb', with the class's name behind it on all lines or none; or 'name,r,g,b'";

    public static ColorPalette Read(string path)
    {
        string text;
        try
        {
            text = SmallTextFile.Read(path, Expected);
        }
        catch (BadModelException e)
        {
            throw new BadDataSetException(e.Message, e);
        }
        return Parse(text, path);
    }

    private static ColorPalette Parse(string text, string path)
    {
        var (colors, labels) = (new List<RgbColor>(), new List<string>());
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var content = line.Trim();
            if (content.IsEmpty || content.StartsWith("//") || content[0] == ';') continue;
            if (colors.Count == SegmentationMask.MaxClasses)
                throw Bad(path, number, content, $"is colour {colors.Count + 1}; a mask has at most {SegmentationMask.MaxClasses} classes");
            if (colors.Count == 0 && number == 1 && IsHeader(content)) continue;
            if (!TryParse(content.ToString(), out var color, out var label)) throw Bad(path, number, content, "is not a colour");
            if (colors.Count > 0 && label.Length > 0 != labels.Count > 0)
                throw Bad(path, number, content, label.Length > 0
                    ? "has a name, but the lines before it have none"
                    : "has no name, but the lines before it have names");
            colors.Add(color);
            if (label.Length > 0) labels.Add(label);
        }
        return colors.Count > 0 ? new(path, colors, labels) : throw new BadDataSetException($"{path}: holds no colours. Expected: {Expected}.");
    }

    /// <summary>The first line of a table, such as <c>name,r,g,b</c>.</summary>
    private static bool IsHeader(ReadOnlySpan<char> line) => line.Contains(',') && line.IndexOfAnyInRange('0', '9') < 0;

    private static bool TryParse(string line, out RgbColor color, out string label)
    {
        var hex = line[0] == '#';
        var parts = line.Split((char[]?)null, hex ? 2 : 4, StringSplitOptions.RemoveEmptyEntries);
        color = default;
        // A table: name,r,g,b.
        if (line.Split([',', ';'], StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var r, var g, var b] && Channel(r, out var red1)
            && Channel(g, out var green1) && Channel(b, out var blue1))
        {
            (color, label) = (new(red1, green1, blue1), name);
            return true;
        }
        label = parts.Length > (hex ? 1 : 3) ? parts[^1].Trim() : "";
        if (hex) return RgbColor.TryParse(parts[0], out color);
        if (parts.Length < 3 || !Channel(parts[0], out var red) || !Channel(parts[1], out var green) || !Channel(parts[2], out var blue))
            return false;
        color = new(red, green, blue);
        return true;
    }

    private static bool Channel(string text, out byte value) => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static BadDataSetException Bad(string path, int line, ReadOnlySpan<char> content, string what) =>
        new($"{path}, line {line}: '{(content.Length > 60 ? $"{content[..60]}..." : content)}' {what}. Expected: {Expected}.");
}
