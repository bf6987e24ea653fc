using System.Globalization;
using System.Text;

namespace MlNetVision.Stress.DataSets;

/// <summary>YOLO, as Darknet, Ultralytics, CVAT and Roboflow write it. Its boxes are fractions of the upright image, so that no size is stated.</summary>
internal static class YoloSets
{
    public static IEnumerable<Oddity> All => Forms.Select(o => o with { StatesSize = false });

    private static IEnumerable<Oddity> Forms =>
    [
        new("plain", (set, folder) => Write(set, folder, List(set))),
        new("names as a map", (set, folder) => Write(set, folder, "val: images\nnames:\n  0: cat\n  1: dog\n")),
        new("names as a block", (set, folder) => Write(set, folder, "val: images\nnames:\n- cat\n- 'dog' # the last\n")),
        new("names over two lines", (set, folder) => Write(set, folder, "val: images\nnames: [cat,\n  \"dog\"]\n")),
        new("names as a file", (set, folder) => WithFile(set, Write(set, folder, "val: images\nnames: pets.names\n"), "pets.names", "cat\ndog\n")),
        new("names by an anchor", (set, folder) => Write(set, folder, "pets: &pets [cat, dog]\nval: images\nnames: *pets\n")),
        new("path that moved", (set, folder) => Write(set, folder, "path: ../datasets/pets\ntrain: images\nval: images\nnc: 2\nnames: [cat, dog]\n")),
        new("Roboflow's paths", (set, folder) => Write(set, folder, "train: ../train/images\nval: ../valid/images\nnames: [cat, dog]\n", below: "valid")),
        new("several folders", (set, folder) => Write(set, folder, "val:\n  - images\nnames: [cat, dog]\n")),
        new("line ends of Windows", (set, folder) => Write(set, folder, List(set).ReplaceLineEndings("\r\n"), end: "\r\n")),
        new("key points of two numbers", (set, folder) => Write(set, folder, "kpt_shape: [3, 2]\n" + List(set), more: " 0.1 0.2 0.3 0.4 0.5 0.6")),
        new("key points of three numbers", (set, folder) => Write(set, folder, "kpt_shape: [2, 3]\n" + List(set), more: " 0.1 0.2 2 0.3 0.4 1")),
        new("key points without a shape", (set, folder) => Write(set, folder, List(set), more: " 0.1 0.2 2 0.3 0.4 1")),
        new("confidence", (set, folder) => Write(set, folder, List(set), more: " 0.875")),
        new("segments", (set, folder) => Write(set, folder, List(set), line: Segment)),
        new("segments with confidence", (set, folder) => Write(set, folder, List(set), line: Segment, more: " 0.5")),
        new("numbers with exponents", (set, folder) => Write(set, folder, List(set), format: "E12")),
        new("Darknet's data file", (set, folder) => Darknet(set, folder, "")),
        new("CVAT's prefix", (set, folder) => Darknet(set, folder, "data/")),
        new("labels beside images", (set, folder) => Beside(set, folder)),
        new("a class without a name", (set, folder) => Beside(set, folder)) { Labels = ["cat", "class 1", "dog"] },
        new("a bad file", (set, folder) => WithFile(set, Write(set, folder, List(set)), "labels/im7.txt", "0 0.5 0.5\n", image: "images/im7")) { LeftOut = 1 },
    ];

    private static string List(MeantSet set) => $"val: images\nnames: [{string.Join(", ", set.Labels)}]\n";

    private static string Write(MeantSet set, string folder, string yaml, string below = "", string end = "\n", string more = "", Func<MeantBox, MeantImage, string, string>? line = null, string format = "0.############")
    {
        set.WriteImages(Path.Combine(folder, below, "images"));
        WriteLabels(set, Path.Combine(folder, below, "labels"), end, more, line, format);
        File.WriteAllText(Path.Combine(folder, "data.yaml"), yaml);
        return folder;
    }

    private static void WriteLabels(MeantSet set, string folder, string end = "\n", string more = "", Func<MeantBox, MeantImage, string, string>? line = null, string format = "0.############")
    {
        Directory.CreateDirectory(folder);
        foreach (var image in set.Images)
        {
            var text = new StringBuilder();
            foreach (var box in image.Boxes)
                text.Append(CultureInfo.InvariantCulture, $"{set.Labels.Index().First(l => l.Item == box.Label).Index} {(line ?? Box)(box, image, format)}{more}{end}");
            File.WriteAllText(Path.Combine(folder, $"{image.Stem}.txt"), text.ToString());
        }
    }

    private static string Box(MeantBox box, MeantImage image, string format)
    {
        var (w, h) = image.Upright;
        double[] values = [(box.Left + box.Right) / 2 / w, (box.Top + box.Bottom) / 2 / h, box.Width / w, box.Height / h];
        return string.Join(' ', values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
    }

    private static string Segment(MeantBox box, MeantImage image, string format)
    {
        var (w, h) = image.Upright;
        double[] values = [box.Left / w, box.Top / h, box.Right / w, box.Top / h, box.Right / w, box.Bottom / h, box.Left / w, (box.Bottom - 1) / h];
        return string.Join(' ', values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
    }

    private static string Darknet(MeantSet set, string folder, string prefix)
    {
        set.WriteImages(Path.Combine(folder, "obj_train_data"));
        WriteLabels(set, Path.Combine(folder, "obj_train_data"));
        File.WriteAllText(Path.Combine(folder, "obj.names"), string.Join('\n', set.Labels) + "\n");
        File.WriteAllText(Path.Combine(folder, "train.txt"), string.Concat(set.Images.Select(i => $"{prefix}obj_train_data/{i.Stem}{set.Extension}\n")));
        File.WriteAllText(Path.Combine(folder, "obj.data"), $"classes = {set.Labels.Count}\ntrain = {prefix}train.txt\nvalid = {prefix}train.txt\nnames = {prefix}obj.names\nbackup = backup/\n");
        return Path.Combine(folder, "obj.data");
    }

    /// <summary>The names stand in <c>classes.txt</c>; "class 1" is what a blank line is called.</summary>
    private static string Beside(MeantSet set, string folder)
    {
        set.WriteImages(folder);
        WriteLabels(set, folder);
        File.WriteAllText(Path.Combine(folder, "classes.txt"), string.Join('\n', set.Labels.Select(l => l == "class 1" ? "" : l)) + "\n");
        return folder;
    }

    private static string WithFile(MeantSet set, string folder, string name, string text, string? image = null)
    {
        File.WriteAllText(Path.Combine(folder, name), text);
        if (image is not null) File.Copy(Path.Combine(folder, "images", set.Images[0].Stem + set.Extension), Path.Combine(folder, image + set.Extension));
        return folder;
    }
}
