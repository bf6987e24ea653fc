using System.Text;
using System.Text.RegularExpressions;
using MlNetVision.Data;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;
using MlNetVision.Stress.Drawn;
using SkiaSharp;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>The readers of data sets. Each has a folder of two images and one file that is damaged.</summary>
internal static partial class DataTargets
{
    private const int Width = 100;
    private const int Height = 50;
    private static readonly Type[] BadData = [typeof(BadDataSetException)];

    public static IEnumerable<FuzzTarget> All =>
    [
        Boxes("voc", "Pascal VOC annotations", "xml", "Annotations/a.xml", ""),
        Boxes("coco", "COCO boxes", "json", "coco.json", "coco.json"),
        Boxes("yolo", "YOLO labels", "txt", "labels/a.txt", "data.yaml"),
        Boxes("yolo-yaml", "data files of YOLO (YAML)", "yaml", "data.yaml", "data.yaml", isPaths: true),
        Boxes("darknet-data", "data files of Darknet", "data", "voc.data", "voc.data", isPaths: true),
        Boxes("image-list", "lists of images with YOLO labels", "txt", "list.txt", "list.txt", isPaths: true),
        Boxes("voc-split", "splits of Pascal VOC", "txt", "ImageSets/Main/val.txt", "", isPaths: true, new() { Split = "val" }),
        Boxes("labelme", "LabelMe boxes", "json", "images/a.json", "images"),
        Masks("coco-masks", "COCO polygons and runs as masks", "coco", "coco.json", "coco.json"),
        Masks("labelme-masks", "LabelMe shapes as masks", "labelme", "images/a.json", "images"),
        new("csv", "lists of images with classes", "csv", () => Corpus.Of("csv"), Csv) { Refusals = BadData, Damage = Local },
    ];

    private static FuzzTarget Boxes(string name, string reads, string extension, string file, string opened, bool isPaths = false, DetectionDataSetOptions? options = null) =>
        new(name, reads, extension, () => Corpus.Of(name), sandbox =>
        {
            Prepare(sandbox, name);
            return bytes =>
            {
                sandbox.Write(file, bytes);
                Check(DetectionDataSet.Open(sandbox[opened], options));
            };
        }) { Refusals = BadData, Damage = isPaths ? Local : TextDamage.Apply };

    private static FuzzTarget Masks(string name, string reads, string corpus, string file, string opened) =>
        new(name, reads, "json", () => Corpus.Of(corpus), sandbox =>
        {
            Prepare(sandbox, corpus);
            return bytes =>
            {
                sandbox.Write(file, bytes);
                Draw(SegmentationDataSet.Open(sandbox["images"], sandbox[opened]));
            };
        }) { Refusals = [typeof(BadDataSetException), typeof(UnusableMaskException)], Damage = TextDamage.Apply };

    private static void Prepare(Sandbox sandbox, string name)
    {
        var image = DrawnImages.Encode(Width, Height, SKEncodedImageFormat.Png);
        foreach (var path in new[] { "images/a.png", "images/b.png" }) sandbox.Write(path, image);
        if (name is "coco" or "labelme") return;
        if (name.StartsWith("voc", StringComparison.Ordinal)) sandbox.Write("Annotations/a.xml", Corpus.Of("voc")[0]);
        else
        {
            sandbox.Write("labels/b.txt", "0 0.5 0.5 0.2 0.2\n"u8);
            sandbox.Write("names.txt", "cat\ndog\n"u8);
            sandbox.Write("list.txt", "images/a.png\nimages/b.png\n"u8);
            if (name == "yolo") sandbox.Write("data.yaml", "val: images\nnames: [cat, dog]\n"u8);
            if (name == "image-list") sandbox.Write("classes.txt", "cat\ndog\n"u8);
        }
    }

    /// <summary>Whatever was damaged, a box that is given lies in its image.</summary>
    private static void Check(DetectionDataSet data)
    {
        foreach (var image in data.Images)
        {
            foreach (var (label, box, _, _) in image.Boxes)
            {
                if (!box.IsFinite || box.IsEmpty || box.Left < 0 || box.Top < 0 || box.Right > image.Width || box.Bottom > image.Height)
                    throw new WrongResultException($"a box of {box} in an image of {image.Width}×{image.Height}");
                if (!data.ClassNames.Contains(label)) throw new WrongResultException($"a box of the class '{label}', which is not among {string.Join(", ", data.ClassNames)}");
            }
        }
    }

    private static void Draw(SegmentationDataSet data)
    {
        string[] labels = ["background", "cat", "dog"];
        var evaluator = new SegmentationEvaluator(labels);
        var predicted = new SegmentationMask(Width, Height, new byte[Width * Height], labels);
        foreach (var image in data.Images) evaluator.Add(image, predicted);
    }

    private static Action<byte[]> Csv(Sandbox sandbox)
    {
        Prepare(sandbox, "csv");
        return bytes =>
        {
            var images = LabeledImages.Open(sandbox.Write("list.csv", bytes));
            if (images.Images.Any(i => !File.Exists(i.Path))) throw new WrongResultException("an image that does not exist");
        };
    }

    /// <summary>
    /// Damage to texts that name files and folders: what leads out of the folder would have the fuzzer search the disk, which is no flaw of a
    /// reader that was asked to.
    /// </summary>
    private static byte[] Local(IReadOnlyList<byte[]> seeds, Random random)
    {
        var text = Encoding.Latin1.GetString(TextDamage.Apply(seeds, random));
        return Encoding.Latin1.GetBytes(Outward().Replace(text.Replace("..", ".", StringComparison.Ordinal), "x/"));
    }

    [GeneratedRegex(@"(?<![\w.-])[/\\~]+|(?<=\.)/{2,}")]
    private static partial Regex Outward();
}
