using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Tests.Detection;

/// <summary>Small networks and data sets of detectors for tests.</summary>
internal static class SquareDetector
{
    public static readonly string[] Classes = ["disc", "square"];

    private static readonly RgbColor[] Colors = [new(220, 40, 40), new(40, 60, 220)];

    /// <summary>Three convolutions of stride 2, two more, and a <c>[region]</c> of anchors in cells of 8 pixels.</summary>
    public static string Region(int width, int height, int classes, string anchors, int filters = 12)
    {
        var count = anchors.Split(',').Length / 2;
        string Layer(int times, int stride) => $"""
            [convolutional]
            batch_normalize=1
            filters={filters * times}
            size=3
            stride={stride}
            pad=1
            activation=leaky

            """;
        return $"""
            [net]
            width={width}
            height={height}
            channels=3

            {Layer(1, 2)}
            {Layer(2, 2)}
            {Layer(4, 2)}
            {Layer(8, 1)}
            [convolutional]
            filters={count * (5 + classes)}
            size=1
            stride=1
            pad=1
            activation=linear

            [region]
            anchors={anchors}
            bias_match=1
            classes={classes}
            num={count}
            softmax=1
            rescore=1
            object_scale=5
            thresh=.6
            """;
    }

    public static DarknetTrainingNetwork Network(int seed = 1, float momentum = 0.9f) => DarknetTrainingNetwork.Parse(
        Region(64, 48, Classes.Length, "1.5,1.5,2.5,2.5", filters: 4), "tiny", new DarknetTrainingOptions { Seed = seed, Momentum = momentum });

    /// <summary>Draws images of plain squares apart from each other in two colours, one per class, on grey, with YOLO labels beside them.</summary>
    /// <returns>The path of the list of images.</returns>
    public static string Draw(string folder, int count, int seed, int width = 96, int height = 64)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        for (var i = 0; i < count; i++)
        {
            using var image = new RgbImage(width, height);
            image.Words.Fill(new RgbColor(120, 125, 118).ToPixel());
            var lines = new List<string>();
            var taken = new List<(int X, int Y, int Side)>();
            for (var tries = random.Next(1, 6); tries > 0 || taken.Count == 0; tries--)
            {
                var (kind, side) = (random.Next(2), random.Next(12, 28));
                var (left, top) = (random.Next(0, width - side), random.Next(0, height - side));
                const int Gap = 6;
                if (taken.Any(t => left < t.X + t.Side + Gap && t.X < left + side + Gap && top < t.Y + t.Side + Gap && t.Y < top + side + Gap)) continue;
                taken.Add((left, top, side));
                for (var y = 0; y < side; y++) image.Words.Slice(((top + y) * width) + left, side).Fill(Colors[kind].ToPixel());
                lines.Add(FormattableString.Invariant(
                    $"{kind} {(left + (side / 2.0)) / width} {(top + (side / 2.0)) / height} {(double)side / width} {(double)side / height}"));
            }
            var path = Path.Combine(folder, $"{i:D2}.png");
            image.Save(path);
            File.WriteAllLines(Path.ChangeExtension(path, ".txt"), lines);
            paths.Add(path);
        }
        var list = Path.Combine(folder, "images.txt");
        File.WriteAllLines(list, paths);
        return list;
    }

    public static DetectionDataSet Open(string list) => DetectionDataSet.Open(list, new DetectionDataSetOptions { ClassNames = Classes });

    public static RgbColor Color(int kind) => Colors[kind];
}
