using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

[TestClass]
public sealed class DarknetGoldenTests
{
    [TestMethod]
    [DataRow("yolo-lite-voc", "voc.names")]
    [DataRow("yolo-lite-coco", "coco.names")]
    [DataRow("yolo-fastest-1.1-xl", "coco.names")]
    public void Detect_PublishedNetworks_AgreeWithDarknet(string model, string names)
    {
        using var detector = Open(model, names, ResizeMode.Letterbox);
        var (found, expected, missing, extra) = CompareAll(model, image => detector.Detect(Shared.Path("data", "images", image)).Detections);
        Assert.IsGreaterThanOrEqualTo(0.97 * expected, found, string.Join('\n', missing));
        Assert.IsEmpty(extra, string.Join('\n', extra));
    }

    // Where (h − 1)/(h' − 1) · (h' − 1) rounds to just below h − 1 in single precision, Darknet's resize_image leaves the last
    // row black, as for 480 → 240 rows. This network was trained on such borders' absence and is unsure of cells near the
    // line. With the same black line it answers as Darknet does; without it, as all our resamplers leave it, it finds more.
    [TestMethod]
    public void Detect_BloodCellsWithDarknetsLastRow_AgreeWithDarknet()
    {
        using var detector = Open("blood-cells", "blood-cells.names", ResizeMode.Stretch);
        var (found, expected, missing, extra) = CompareAll("blood-cells", file =>
        {
            using var image = RgbImage.Load(Shared.Path("data", "bccd", "JPEGImages", file));
            using var boxed = NaiveDarknet.Letterbox(image, 320, 320);
            var geometry = ImageGeometry.For(ResizeMode.Letterbox, image.Width, image.Height, 320, 320);
            return [.. detector.Detect(boxed).Detections.Select(d => d with { Box = ToImage(d.Box, geometry) })];
        });
        Assert.IsGreaterThanOrEqualTo(0.97 * expected, found, string.Join('\n', missing));
        Assert.IsEmpty(extra, string.Join('\n', extra));
    }

    private static ObjectDetector Open(string model, string names, ResizeMode resize) => ObjectDetector.Load(
        Shared.Path("models", "darknet", $"{model}.cfg"),
        new ObjectDetectorOptions
        {
            LabelsFile = Shared.Path("models", "darknet", names),
            Resize = resize,
            Detection = new DetectionOptions { Confidence = 0.1f },
        });

    private static (int Found, int Expected, List<string> Missing, List<string> Extra) CompareAll(
        string model, Func<string, IReadOnlyList<MlNetVision.Detection.Detection>> detect)
    {
        var (found, expected) = (0, 0);
        List<string> missing = [], extra = [];
        foreach (var (image, golden) in GoldenDetections.Read(model))
        {
            var one = GoldenDetections.Compare(golden, detect(image));
            (found, expected) = (found + one.Found, expected + one.Expected);
            missing.AddRange(one.Missing.Select(m => $"missing in {image}: {m}"));
            extra.AddRange(one.Extra.Select(m => $"extra in {image}: {m}"));
        }
        return (found, expected, missing, extra);
    }

    private static BoundingBox ToImage(BoundingBox box, ImageGeometry g) =>
        new BoundingBox(g.ToImageX(box.Left), g.ToImageY(box.Top), g.ToImageX(box.Right), g.ToImageY(box.Bottom))
            .Clip(g.ImageWidth, g.ImageHeight);
}
