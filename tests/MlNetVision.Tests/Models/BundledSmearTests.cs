using System.Text.Json;
using MlNetVision.Detection;

namespace MlNetVision.Tests.Models;

/// <summary>The bundled model on the bundled image, against what the drawing program says it drew.</summary>
[TestClass]
public sealed class BundledSmearTests
{
    private static readonly string Folder = Path.Combine(Shared.Repository, "assets", "images");

    [TestMethod]
    public void Detect_DrawnSmear_FindsEveryCellOnceAndNothingElse()
    {
        using var truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "blood-smear.json")));
        using var detector = ObjectDetector.Load("blood-cells");

        var found = detector.Detect(Path.Combine(Folder, "blood-smear.png")).Detections.ToList();

        foreach (var cell in truth.RootElement.GetProperty("detections").EnumerateArray())
        {
            var (label, box) = (cell.GetProperty("label").GetString(), Box(cell.GetProperty("box")));
            var best = found.Where(d => d.Label == label && d.Score >= 0.5f).OrderByDescending(d => BoundingBox.IoU(d.Box, box)).FirstOrDefault();
            // BCCD's boxes of platelets are wider than what is drawn here.
            Assert.IsGreaterThan(0.4f, BoundingBox.IoU(best.Box, box), $"{label} at {box}");
            found.Remove(best);
        }
        Assert.IsEmpty(found);
    }

    private static BoundingBox Box(JsonElement box) => new(
        box.GetProperty("left").GetSingle(), box.GetProperty("top").GetSingle(), box.GetProperty("right").GetSingle(), box.GetProperty("bottom").GetSingle());
}
