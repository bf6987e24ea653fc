using System.Text.Json.Nodes;
using System.Xml.Linq;
using MlNetVision.Data;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Reports;

[TestClass]
public sealed class DetectorReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>
    /// Worked by hand: of three objects one is found, one is taken for the other class, one is missed; one detection has no object, one is below the threshold.
    /// </summary>
    [TestMethod]
    public void Write_HandWorkedCase_CountsAsOnPaper()
    {
        GroundTruthBox[] truth = [new("a", new(0, 0, 10, 10)), new("a", new(20, 20, 60, 60)), new("b", new(70, 70, 90, 90)), new("b", new(0, 90, 9, 99), Difficult: true)];
        MlNetVision.Detection.Detection[] found =
        [
            new("a", 0, 0.9f, new(0, 0, 10, 10)), new("b", 1, 0.8f, new(20, 20, 60, 60)), new("b", 1, 0.7f, new(40, 0, 60, 20)), new("b", 1, 0.1f, new(70, 70, 90, 90)),
            new("b", 1, 0.6f, new(0, 90, 9, 99)),
        ];
        var image = new DetectedImage(new AnnotatedImage("1", Path.Combine(_folder.FullName, "gone.png"), 100, 100, truth), found);
        DetectorReport.Write(_folder.FullName, new DetectorReportContent { Title = "<cells & more>", Labels = ["a", "b"], Validation = [image], Before = [image with { Detections = [] }], Confidence = 0.25f });
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "metrics.json")))!;
        var confusion = json["validation"]!["confusion"]!.AsArray().Select(row => string.Join(' ', row!.AsArray().Select(n => (int)n!))).ToArray();
        // Rows: a, b, background. The difficult object and its detection count nowhere.
        CollectionAssert.AreEqual(new[] { "1 1 0", "0 0 1", "0 1 0" }, confusion);
        var sizes = json["validation"]!["recallBySize"]!.AsArray().Select(s => ((double)s!["from"]!, (int)s["objects"]!, (int)s["found"]!)).ToArray();
        CollectionAssert.AreEqual(new[] { (0.0, 1, 1), (16.0, 1, 0), (32.0, 1, 0) }, sizes);
        Assert.AreEqual(2, (int)json["validation"]!["images"]![0]!["falseNegatives"]!);
        Assert.AreEqual(2, (int)json["validation"]!["images"]![0]!["falsePositives"]!);
        Assert.AreEqual(0.0, (double)json["before"]!["metrics"]!["mAP50"]!);
        var page = File.ReadAllText(Path.Combine(_folder.FullName, "report.html"));
        StringAssert.Contains(page, "3 objects, 2 missed, 2 false positives");
        StringAssert.Contains(page, "cannot be read");
        var main = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.AreEqual("<cells & more>", main.Descendants("h1").Single().Value);
        Assert.IsFalse(main.Descendants().Attributes().Any(a => a.Name.LocalName is "src" or "href" && a.Value.StartsWith("http", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Write_EpochsWithoutValidation_DrawsTheTermsAlone()
    {
        DetectorEpoch[] epochs = [.. Enumerable.Range(1, 3).Select(i => new DetectorEpoch
        {
            Epoch = i, Losses = new(10.0 / i, 1, 2, 3, double.PositiveInfinity, 0), LearningRate = 0.1f, Seconds = 1, SecondsWaiting = 0.25,
        })];
        DetectorReport.Write(_folder.FullName, new DetectorReportContent { Title = "t", Labels = ["a"], Epochs = epochs });
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "metrics.json")))!;
        Assert.AreEqual(0.25, (double)json["epochs"]![0]!["secondsWaiting"]!);
        var page = File.ReadAllText(Path.Combine(_folder.FullName, "report.html"));
        StringAssert.Contains(page, "objectness");
        Assert.IsFalse(page.Contains("prior", StringComparison.Ordinal), "a term that is 0 throughout is not drawn");
        StringAssert.Contains(page, "There were no validation images");
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => DetectorReport.Write(_folder.FullName, new DetectorReportContent { Title = "t", Labels = ["a"], Confidence = 2 }));
        StringAssert.Contains(error.Message, "Confidence");
    }
}
