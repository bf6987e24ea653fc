using System.Globalization;
using MlNetVision.Imaging;

namespace MlNetVision.Training.Tests.Detection;

/// <summary>A YOLO data set in a temporary folder: red and blue squares on grey, in images of 64 × 64, and a network that learns to find them in seconds.</summary>
internal sealed class SquareFolder : IDisposable
{
    private const int Side = 64;

    public SquareFolder(int train = 16, int validation = 8, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < train + validation; i++) WriteImage(i < train ? "train" : "val", i, random);
        File.WriteAllText(System.IO.Path.Combine(Path, "data.yaml"), "train: images/train\nval: images/val\nnames: [red, blue]\n");
        File.WriteAllText(Network, Configuration);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("mlnetvision-squares-").FullName;

    /// <summary>The <c>.cfg</c> of the network.</summary>
    public string Network => this["net/squares.cfg"];

    public string this[string name]
    {
        get
        {
            var path = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    public static string Configuration => $"""
        [net]
        width={Side}
        height={Side}
        channels=3

        {Convolution(8)}

        [maxpool]
        size=2
        stride=2

        {Convolution(16)}

        [maxpool]
        size=2
        stride=2

        {Convolution(16)}

        [maxpool]
        size=2
        stride=2

        {Convolution(24)}

        [convolutional]
        filters=21
        size=1
        stride=1
        pad=1
        activation=linear

        [region]
        anchors=1,1,2,2,3,3
        bias_match=1
        classes=2
        coords=4
        num=3
        softmax=1
        rescore=1
        object_scale=5
        noobject_scale=1
        class_scale=1
        coord_scale=1
        thresh=.6

        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Convolution(int filters) => string.Create(
        CultureInfo.InvariantCulture, $"[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize=3\nstride=1\npad=1\nactivation=leaky");

    /// <summary>One square in some of the four quarters, so that none covers another.</summary>
    private void WriteImage(string part, int number, Random random)
    {
        using var image = new RgbImage(Side, Side);
        image.Words.Fill(new RgbColor(120, 120, 120).ToPixel());
        var lines = new List<string>();
        for (var quarter = 0; quarter < 4; quarter++)
        {
            if (random.Next(2) == 0 && (quarter > 0 || lines.Count > 0)) continue;
            var (side, c) = (random.Next(10, 25), random.Next(2));
            var (left, top) = ((quarter % 2 * 32) + random.Next(32 - side), (quarter / 2 * 32) + random.Next(32 - side));
            var color = (c == 0 ? new RgbColor(220, 40, 40) : new RgbColor(40, 40, 220)).ToPixel();
            for (var y = top; y < top + side; y++) image.Words.Slice((y * Side) + left, side).Fill(color);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{c} {(left + (side / 2.0)) / Side} {(top + (side / 2.0)) / Side} {(double)side / Side} {(double)side / Side}"));
        }
        image.Save(this[string.Create(CultureInfo.InvariantCulture, $"images/{part}/{number:00}.png")]);
        File.WriteAllLines(this[string.Create(CultureInfo.InvariantCulture, $"labels/{part}/{number:00}.txt")], lines);
    }
}
