using System.Globalization;
using System.Text;

namespace MlNetVision.Stress.DataSets;

/// <summary>Pascal VOC, as the development kit and other programs write it.</summary>
internal static class VocSets
{
    private const string Plain = "";

    public static IEnumerable<Oddity> All =>
    [
        new("plain", (set, folder) => Write(set, folder)),
        new("gb2312", (set, folder) => Write(set, folder, encoding: "gb2312")) { Labels = ["猫", "狗"] },
        new("GBK", (set, folder) => Write(set, folder, encoding: "GBK")) { Labels = ["龍貓", "狗"] },
        new("Big5", (set, folder) => Write(set, folder, encoding: "Big5")) { Labels = ["貓", "狗"] },
        new("Shift_JIS", (set, folder) => Write(set, folder, encoding: "Shift_JIS")) { Labels = ["ネコ", "犬"] },
        new("windows-1251", (set, folder) => Write(set, folder, encoding: "windows-1251")) { Labels = ["кот", "пёс"] },
        new("windows-1252", (set, folder) => Write(set, folder, encoding: "windows-1252")) { Labels = ["hérisson", "Öse"] },
        new("utf-16", (set, folder) => Write(set, folder, encoding: "utf-16")) { Labels = ["猫", "hérisson"] },
        new("difficult empty", (set, folder) => Write(set, folder, difficult: "<difficult/><truncated></truncated>")),
        new("difficult a word", (set, folder) => Write(set, folder, difficult: "<difficult>Unspecified</difficult>")),
        new("size empty", (set, folder) => Write(set, folder, size: _ => "<size><width/><height/></size>")) { StatesSize = false },
        new("size zero", (set, folder) => Write(set, folder, size: _ => "<size><width>0</width><height>0</height></size>")) { StatesSize = false },
        new("size missing", (set, folder) => Write(set, folder, size: _ => "")) { StatesSize = false },
        new("size as fractions", (set, folder) => Write(set, folder, size: s => $"<size><width>{s.Width}.0</width><height>{s.Height}.0</height></size>")),
        new("document type", (set, folder) => Write(set, folder, before: "<!DOCTYPE annotation SYSTEM \"voc.dtd\">\n")),
        new("namespace", (set, folder) => Write(set, folder, attributes: " xmlns=\"http://example.org/voc\"")),
        new("rotated box", (set, folder) => Write(set, folder, box: Rotated)),
        new("polygon", (set, folder) => Write(set, folder, box: Polygon)),
        new("points", (set, folder) => Write(set, folder, box: Points)),
        new("swapped corners", (set, folder) => Write(set, folder, box: b => Box(b.Right, b.Bottom, b.Left + 1, b.Top + 1))),
        new("fractions", (set, folder) => Write(set, folder, box: b => Box(b.Left + 1, b.Top + 1, b.Right, b.Bottom, "0.00"))),
        new("folders in lower case", (set, folder) => Write(set, folder, annotations: "annotations", images: "images")),
        new("ending in upper case", (set, folder) => Write(set, folder, ending: ".XML")),
        new("sub-folders", (set, folder) => Write(set, folder, stem: i => $"{i.Stem[^1]}/{i.Stem}")),
        new("two endings", (set, folder) => Write(set, folder, ending: set.Extension + ".xml")),
        new("beside the images", (set, folder) => Write(set, folder, annotations: ".", images: ".")),
        new("a bad file", (set, folder) => WithBad(set, folder)) { LeftOut = 1 },
    ];

    private static string WithBad(MeantSet set, string folder)
    {
        Write(set, folder);
        File.WriteAllText(Path.Combine(folder, "Annotations", "bad.xml"), "<annotation><object>");
        return folder;
    }

    private static string Write(MeantSet set, string folder, string encoding = "", string difficult = "<difficult>0</difficult>", Func<(int Width, int Height), string>? size = null,
        string before = Plain, string attributes = Plain, Func<MeantBox, string>? box = null, string annotations = "Annotations", string images = "JPEGImages", string ending = ".xml",
        Func<MeantImage, string>? stem = null)
    {
        set.WriteImages(Path.Combine(folder, images), stem);
        foreach (var image in set.Images)
        {
            var stated = set.Stated(image);
            var xml = new StringBuilder(encoding.Length > 0 ? $"<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n" : "").Append(before);
            xml.Append(CultureInfo.InvariantCulture, $"<annotation{attributes}>\n<folder>x</folder><filename>{image.Stem}{set.Extension}</filename>\n");
            xml.Append(size?.Invoke(stated) ?? FormattableString.Invariant($"<size><width>{stated.Width}</width><height>{stated.Height}</height><depth>3</depth></size>"));
            foreach (var b in set.StatedBoxes(image))
                xml.Append(CultureInfo.InvariantCulture, $"\n<object><name>{b.Label}</name>{difficult}{(box ?? (b => Box(b.Left + 1, b.Top + 1, b.Right, b.Bottom)))(b)}</object>");
            xml.Append("\n</annotation>\n");
            var path = Path.Combine(folder, annotations, (stem?.Invoke(image) ?? image.Stem) + ending);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(xml.ToString(), encoding));
        }
        return folder;
    }

    private static byte[] Bytes(string xml, string encoding)
    {
        var page = encoding.Length == 0 ? new UTF8Encoding(false) : CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        return [.. page.GetPreamble(), .. page.GetBytes(xml)];
    }

    private static string Box(double left, double top, double right, double bottom, string format = "0") => string.Create(CultureInfo.InvariantCulture,
        $"<bndbox><xmin>{left.ToString(format, CultureInfo.InvariantCulture)}</xmin><ymin>{top.ToString(format, CultureInfo.InvariantCulture)}</ymin><xmax>{right.ToString(format, CultureInfo.InvariantCulture)}</xmax><ymax>{bottom.ToString(format, CultureInfo.InvariantCulture)}</ymax></bndbox>");

    /// <summary>A box that is turned by a quarter, so that its hull is known.</summary>
    private static string Rotated(MeantBox b) => FormattableString.Invariant(
        $"<robndbox><cx>{b.Left + b.Width / 2}</cx><cy>{b.Top + b.Height / 2}</cy><w>{b.Height}</w><h>{b.Width}</h><angle>{Math.PI / 2}</angle></robndbox>");

    private static string Polygon(MeantBox b) => FormattableString.Invariant(
        $"<polygon><x1>{b.Left}</x1><y1>{b.Top}</y1><x2>{b.Right}</x2><y2>{b.Top + 1}</y2><x3>{b.Left + 1}</x3><y3>{b.Bottom}</y3></polygon>");

    private static string Points(MeantBox b) => FormattableString.Invariant(
        $"<polygon><pt><x>{b.Left}</x><y>{b.Bottom}</y></pt><pt><x>{b.Right}</x><y>{b.Bottom}</y></pt><pt><x>{b.Right}</x><y>{b.Top}</y></pt></polygon>");
}
