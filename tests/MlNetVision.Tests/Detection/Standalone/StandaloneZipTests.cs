using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Standalone;

[TestClass]
public sealed class StandaloneZipTests
{
    private static readonly string Smear = Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png");

    // What ML.NET's resamplers, close to ours of these names, change: of almost equal candidates another may win.
    private const float ResizeScore = 0.1f;
    private const float ResizeIoU = 0.7f;

    [TestMethod]
    public void Load_FreshProcessWithMlNetAlone_CountsAsWeDo()
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load("blood-cells", new() { Resize = ResizeMode.Stretch });
        detector.SaveStandaloneZip(zip.Path);
        var folder = Path.Combine(Shared.Repository, "src", "Samples", "StandaloneCounter", "bin", Configuration, "net10.0");
        Assert.IsEmpty(Directory.GetFiles(folder, "MlNetVision*", SearchOption.AllDirectories));

        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(folder, "StandaloneCounter.dll"), zip.Path, Smear]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
        var expected = detector.Detect(Smear).Detections;
        var counts = expected.GroupBy(d => d.Label).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        Assert.AreEqual($"blood-smear.png: {string.Join(", ", counts)}", lines[0]);
        Assert.HasCount(expected.Count, lines[1..]);
        // Of equally good ones another may be the first, since ML.NET's resize takes the nearest pixel.
        var first = lines[1].Split(' ');
        Assert.AreEqual(expected[0].Score, float.Parse(first[2], CultureInfo.InvariantCulture), 0.05f);
        Assert.AreEqual($"({expected.First(d => d.Label == first[0]).ClassIndex})", first[1]);
    }

    [TestMethod]
    [DataRow(ResizeMode.Stretch, Resampler.Nearest)]
    [DataRow(ResizeMode.Letterbox, Resampler.HalfPixelBilinear)]
    [DataRow(ResizeMode.Crop, Resampler.HalfPixelBilinear)]
    public void Transform_Smear_BoxesLieWhereOursDo(ResizeMode mode, Resampler likeMlNet)
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load("blood-cells", new()
        {
            Resize = mode, Resampler = likeMlNet, PadColor = new RgbColor(0, 0, 0), Detection = new() { Confidence = 0.5f },
        });
        detector.SaveStandaloneZip(zip.Path);
        var (width, height) = (detector.Resize.Width, detector.Resize.Height);
        var geometry = ImageGeometry.For(mode, 640, 480, width, height);
        var found = Boxes(Transform(zip.Path, Smear).Single())
            .Select(d => d with { Box = ToImage(d.Box, geometry).Clip(640, 480) }).ToList();
        var sure = detector.Detect(Smear).Detections.Where(d => d.Score > 0.5f + ResizeScore).ToList();
        Assert.IsGreaterThan(10, sure.Count);
        foreach (var d in sure)
        {
            Assert.IsTrue(found.Any(f => f.Label == d.Label && f.ClassIndex == d.ClassIndex && MathF.Abs(f.Score - d.Score) < ResizeScore
                && BoundingBox.IoU(f.Box, d.Box) > ResizeIoU), $"{d}: nearest {found.MaxBy(f => BoundingBox.IoU(f.Box, d.Box))}");
        }
    }

    [TestMethod]
    public void Transform_SeveralImagesAndNothingFound_RowsOfTheirOwnLength()
    {
        using var zip = new TemporaryFile(".zip");
        using var empty = new TemporaryFile(".png");
        using (var image = new RgbImage(50, 70)) image.Save(empty.Path);
        using var detector = ObjectDetector.Load("blood-cells");
        detector.SaveStandaloneZip(zip.Path);
        var rows = Transform(zip.Path, Smear, empty.Path, Smear);
        Assert.IsGreaterThan(20, rows[0].Scores.Length);
        Assert.IsEmpty(rows[1].Scores);
        Assert.IsEmpty(rows[1].Boxes);
        Assert.IsEmpty(rows[1].Labels);
        CollectionAssert.AreEqual(rows[0].Boxes, rows[2].Boxes);
    }

    [TestMethod]
    public void OutputSchema_Loaded_HasItsFourColumnsMore()
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load("blood-cells");
        detector.SaveStandaloneZip(zip.Path);
        var model = new MLContext().Model.Load(zip.Path, out var input);
        var output = model.GetOutputSchema(input);
        CollectionAssert.AreEqual(new[] { "ImagePath", "Boxes", "Scores", "ClassIndices", "Labels" }, output.Select(c => c.Name).ToArray());
        Assert.AreEqual(NumberDataViewType.Single, ((VectorDataViewType)output["Boxes"].Type).ItemType);
        Assert.AreEqual(TextDataViewType.Instance, ((VectorDataViewType)output["Labels"].Type).ItemType);
    }

    [TestMethod]
    public void SaveStandaloneZip_Card_TellsClassesOptionsAndResize()
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load("blood-cells", new()
        {
            Resize = ResizeMode.Letterbox,
            Detection = new() { Confidence = 0.3f, Classes = ["WBC"], Suppression = new() { IoU = 0.6f, MaxDetections = 9 } },
        });
        detector.SaveStandaloneZip(zip.Path);
        using var archive = ZipFile.OpenRead(zip.Path);
        using var reader = new StreamReader(archive.GetEntry("mlnetvision/card.md")!.Open());
        var card = reader.ReadToEnd();
        foreach (var part in new[] { "RBC, WBC, Platelets", "0.3; only WBC", "IoU 0.6", "at most 9", "IsoPad", "416 × 320", "EXIF" }) StringAssert.Contains(card, part);
    }

    [TestMethod]
    public void Load_ByOurDetector_AnswersAsBefore()
    {
        using var standalone = new TemporaryFile(".zip");
        using var plain = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load("blood-cells", new() { Detection = new() { Confidence = 0.4f } });
        detector.SaveStandaloneZip(standalone.Path);
        using var loaded = ObjectDetector.Load(standalone.Path);
        loaded.SaveZip(plain.Path);
        using var again = ObjectDetector.Load(plain.Path);
        var expected = detector.Detect(Smear).Detections.ToArray();
        CollectionAssert.AreEqual(expected, loaded.Detect(Smear).Detections.ToArray());
        CollectionAssert.AreEqual(expected, again.Detect(Smear).Detections.ToArray());
        Assert.IsFalse(loaded.Model.Graph.Node.Any(n => n.Name.StartsWith(StandaloneGraph.Prefix, StringComparison.Ordinal)));
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static FoundRow[] Transform(string zip, params string[] paths)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }).ToArray());
        return [.. ml.Data.CreateEnumerable<FoundRow>(ml.Model.Load(zip, out _).Transform(rows), reuseRowObject: false)];
    }

    private static IEnumerable<Found> Boxes(FoundRow row) => row.Scores.Select((score, i) =>
        new Found(row.Labels[i], row.ClassIndices[i], score, new(row.Boxes[4 * i], row.Boxes[4 * i + 1], row.Boxes[4 * i + 2], row.Boxes[4 * i + 3])));

    private static BoundingBox ToImage(BoundingBox box, ImageGeometry geometry) => new(
        geometry.ToImageX(box.Left * geometry.NetworkWidth), geometry.ToImageY(box.Top * geometry.NetworkHeight),
        geometry.ToImageX(box.Right * geometry.NetworkWidth), geometry.ToImageY(box.Bottom * geometry.NetworkHeight));

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class FoundRow
    {
        public float[] Boxes { get; set; } = [];

        public float[] Scores { get; set; } = [];

        public int[] ClassIndices { get; set; } = [];

        public string[] Labels { get; set; } = [];
    }
}
