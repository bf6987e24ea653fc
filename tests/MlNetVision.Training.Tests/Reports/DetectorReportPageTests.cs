using System.Text.Json;
using System.Xml.Linq;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Imaging;
using MlNetVision.Training.Detection;
using MlNetVision.Training.Tests.Detection;
using Detected = MlNetVision.Detection.Detection;

namespace MlNetVision.Training.Tests.Reports;

/// <summary>The page and the metrics of a detector's report against naive counts.</summary>
[TestClass]
public sealed class DetectorReportPageTests
{
    private static readonly string[] Classes = ["a", "b", "c", "never seen"];

    private static readonly string[] Hostile = ["</style><script>alert(1)</script>", "a, \"b\"\n& 'c'", "\u0001\uD800 http://example.org/", "猫 🐈"];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Write_Metrics_EqualNaiveOnes(int seed)
    {
        using var folder = new TemporaryFolder();
        var images = Scenes(seed, Classes, 20);
        var (page, json) = Write(folder, new() { Title = "t", Labels = Classes, Validation = images });
        var validation = json.GetProperty("validation");

        // The threshold of the highest mean F1, among all thousandths; of several in a row the middle.
        var thresholds = Enumerable.Range(1, 1000).Select(i => i / 1000f).ToArray();
        double F1(string label, float t) => Naive(images, label, t) is var n && n.Truth + n.Found > 0 ? 2.0 * n.Correct / (n.Truth + n.Found) : 0;
        var means = thresholds.Select(t => Classes.Take(3).Average(c => F1(c, t))).ToArray();
        var (first, count) = Highest(means);
        var best = thresholds[first + ((count - 1) / 2)];
        var mean = validation.GetProperty("best").EnumerateArray().Single(b => b.GetProperty("label").GetString() == "mean");
        Assert.AreEqual(means[first], mean.GetProperty("f1").GetDouble(), 1e-9);
        Assert.AreEqual(best, mean.GetProperty("confidence").GetDouble(), 1e-6);
        Assert.AreEqual(best, validation.GetProperty("metrics").GetProperty("confidence").GetSingle());
        foreach (var (c, label) in Classes.Index().Take(3))
        {
            var own = thresholds.Select(t => F1(label, t)).ToArray();
            var stated = validation.GetProperty("best")[c];
            Assert.AreEqual(own.Max(), stated.GetProperty("f1").GetDouble(), 1e-9);
            Assert.AreEqual(own.Max(), F1(label, (float)stated.GetProperty("confidence").GetDouble()), 1e-9, "the threshold gives that F1");
            var n = Naive(images, label, best);
            var row = Rows(page, "Classes")[c];
            CollectionAssert.AreEqual(new[] { label, $"{n.Truth}", $"{(double)n.Correct / n.Found:0.000}", $"{(double)n.Correct / n.Truth:0.000}", $"{F1(label, best):0.000}" }, row[..5]);
            // The diagonal of the confusion matrix, and the sums of its rows and columns.
            var confusion = validation.GetProperty("confusion").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt32()).ToArray()).ToArray();
            Assert.AreEqual((n.Correct, n.Truth, n.Found), (confusion[c][c], confusion[c].Sum(), confusion.Sum(r => r[c])));
        }
        Assert.AreEqual("–", Rows(page, "Classes")[3][5], "a class without objects has no average precision");
        Assert.AreEqual(JsonValueKind.Null, validation.GetProperty("best")[3].GetProperty("f1").ValueKind);

        // Objects by size: each once, and all that are found.
        var all = Classes.Sum(c => Naive(images, c, best).Truth);
        var sizes = validation.GetProperty("recallBySize").EnumerateArray().ToList();
        Assert.AreEqual(all, sizes.Sum(s => s.GetProperty("objects").GetInt32()));
        Assert.AreEqual(Classes.Sum(c => Naive(images, c, best).Correct), sizes.Sum(s => s.GetProperty("found").GetInt32()));
        foreach (var size in sizes)
        {
            var (from, to) = (size.GetProperty("from").GetDouble(), size.GetProperty("to").ValueKind == JsonValueKind.Null ? 1e9 : size.GetProperty("to").GetDouble());
            Assert.AreEqual(images.SelectMany(i => i.Image.Boxes).Count(b => !b.Ignored && Math.Sqrt(b.Box.Area) >= from && Math.Sqrt(b.Box.Area) < to), size.GetProperty("objects").GetInt32());
        }

        // The worst images first.
        var errors = images.ConvertAll(i => Classes.Sum(c => Naive([i], c, best) is var n ? n.Truth + n.Found - (2 * n.Correct) : 0)).OrderDescending().ToArray();
        CollectionAssert.AreEqual(errors, validation.GetProperty("images").EnumerateArray()
            .Select(i => i.GetProperty("falseNegatives").GetInt32() + i.GetProperty("falsePositives").GetInt32()).ToArray());
        Assert.HasCount(12, Section(page, "Worst images").Descendants("figure"));
    }

    /// <summary>The drawn precision over recall is what the average precision is the mean of.</summary>
    [TestMethod]
    public void PrecisionRecall_Curve_HasTheAveragePrecisionAsItsMean()
    {
        var images = Scenes(7, Classes, 30);
        var evaluator = new DetectionEvaluator(Classes);
        foreach (var image in images) evaluator.Add(image.Image.Id, [.. image.Detections], [.. image.Image.Boxes]);
        foreach (var c in evaluator.Evaluate().PerClass.Take(3))
        {
            var points = ThresholdSection.Envelope(c).ToList();
            Assert.AreEqual(c.Ap50!.Value, points.Sum(p => p.Y) / 101, 1e-12);
            foreach (var point in points) Assert.AreEqual(c.Curve.Where(p => p.Recall >= point.X).Max(p => p.Precision), point.Y);
        }
    }

    [TestMethod]
    public void Write_BeforeAndEpochs_HaveTheirSections()
    {
        using var folder = new TemporaryFolder();
        var images = Scenes(4, Classes, 6);
        var epochs = Enumerable.Range(1, 5).Select(i => new DetectorEpoch
        {
            Epoch = i, Losses = new(6.0 / i, 1, 2, 3, 0.5, 0), Map50 = i % 2 == 1 ? 0.1 * i : null, Map = i % 2 == 1 ? 0.05 * i : null, LearningRate = 0.1f, Seconds = 1,
        }).ToList();
        var before = images.ConvertAll(i => i with { Detections = [.. i.Detections.Where((_, n) => n % 2 == 0)] });
        var (page, json) = Write(folder, new()
        {
            Title = "t", Labels = Classes, Validation = images, Before = before, Epochs = epochs, ModelEpoch = 3, Settings = [new("seed", "7")], Warnings = ["2 images left out"],
        });
        CollectionAssert.AreEqual(
            new[] { "Warnings", "Settings", "Epochs", "Classes", "Before and after", "Precision and recall", "Precision, recall and F1 by confidence", "Confusion matrix", "Recall by object size", "Worst images" },
            page.Descendants("h2").Select(h => h.Value).ToArray());
        StringAssert.Contains(Section(page, "Warnings").Value, "2 images left out");
        StringAssert.Contains(Section(page, "Epochs").Value, "The model has the weights of epoch 3.");
        var svgs = Section(page, "Epochs").Descendants("svg").ToList();
        // Total, box, objectness, no object, class; the prior is 0 throughout. Then both mAPs, of the epochs that were evaluated.
        Assert.AreEqual(5, Lines(svgs[0]).Count);
        foreach (var line in Lines(svgs[0])) Assert.HasCount(5, line);
        Assert.AreEqual(2, Lines(svgs[1]).Count);
        foreach (var line in Lines(svgs[1])) Assert.HasCount(3, line);
        Assert.HasCount(3, Section(page, "Precision, recall and F1 by confidence").Descendants("svg"));

        var (now, then) = (json.GetProperty("validation").GetProperty("metrics"), json.GetProperty("before").GetProperty("metrics"));
        var (after50, before50) = (now.GetProperty("mAP50").GetDouble(), then.GetProperty("mAP50").GetDouble());
        Assert.IsTrue(before50 < after50);
        var last = Section(page, "Before and after").Descendants("tfoot").Single().Descendants("td").Select(d => d.Value).ToArray();
        CollectionAssert.AreEqual(new[] { "mean", $"{before50:0.000}", $"{after50:0.000}", $"+{after50 - before50:0.000}" }, last[..4]);
        StringAssert.Contains(Section(page, "Worst images").Value, $"left before the training, at {then.GetProperty("confidence").GetSingle()}, right after it");
        // HTML does not read entities in a style: a selector with > would be lost.
        Assert.IsFalse(File.ReadAllText(folder.Path("out/report.html")).Split("</style>")[0].Contains('&'));

        // Ids, and nothing from outside.
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        CollectionAssert.AllItemsAreUnique(ids);
        foreach (var clip in page.Descendants().Attributes("clip-path")) Assert.Contains(clip.Value["url(#".Length..^1], ids);
        Assert.IsFalse(page.Descendants("svg").DescendantsAndSelf().Attributes().Any(a => a.Value.Contains("rgb(1,", StringComparison.Ordinal)), "a colour that the page does not decide on");
        foreach (var link in page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href")) StringAssert.StartsWith(link.Value, "data:image/");
    }

    [TestMethod]
    public void Write_WorstImages_AreDrawnSmallInTheColoursOfTheirErrors()
    {
        using var folder = new TemporaryFolder();
        using (var image = new RgbImage(1200, 600))
        {
            image.Words.Fill(new RgbColor(128, 128, 128).ToPixel());
            image.Save(folder.Path("wide.png"));
        }
        GroundTruthBox[] truths = [new("a", new(100, 100, 300, 300)), new("a", new(500, 100, 700, 300))];
        Detected[] found = [new("a", 0, 0.9f, new(120, 120, 300, 300)), new("a", 0, 0.8f, new(900, 100, 1100, 300))];
        var wide = new DetectedImage(new("wide", folder.Path("wide.png"), 1200, 600, truths), found);
        var fine = new DetectedImage(new("fine", folder.Path("fine.png"), 100, 100, [new("a", new(0, 0, 9, 9))]), [new("a", 0, 1, new(0, 0, 9, 9))]);
        var (page, _) = Write(folder, new() { Title = "t", Labels = ["a"], Validation = [fine, wide], Confidence = 0.5f });
        var figure = Section(page, "Worst images").Descendants("figure").Single();
        StringAssert.Contains(figure.Value, "2 objects, 1 missed, 1 false positives");
        using var drawn = RgbImage.Load(Convert.FromBase64String(figure.Descendants("img").Single().Attribute("src")!.Value["data:image/jpeg;base64,".Length..]), "drawing");
        Assert.AreEqual((480, 240), (drawn.Width, drawn.Height));
        // Left edges at half height, scaled by 0.4: a missed object in blue, a false positive in red, a thin correct one in green.
        Near(drawn, 201, 80, MlNetVision.Detection.ClassPalette.Color(2));
        Near(drawn, 361, 80, MlNetVision.Detection.ClassPalette.Color(0));
        var green = drawn.Pixels.Slice(((80 * 480) + 48) * 4, 3);
        Assert.IsTrue(green[1] > green[0] + 30 && green[1] > green[2] + 30, $"{green[0]} {green[1]} {green[2]}");
        Assert.IsEmpty(Write(folder, new() { Title = "t", Labels = ["a"], Validation = [wide], MaxImages = 0 }).Page.Descendants("img"));
        StringAssert.Contains(Section(Write(folder, new() { Title = "t", Labels = ["a"], Validation = [fine] }).Page, "Worst images").Value, "There is no error");
    }

    [TestMethod]
    public void Write_HostileNames_AreEscaped()
    {
        using var folder = new TemporaryFolder();
        var (page, json) = Write(folder, new()
        {
            Title = Hostile[0], Labels = Hostile, Validation = Scenes(3, Hostile, 5), Before = Scenes(3, Hostile, 5), Warnings = Hostile, Settings = [.. Hostile.Select(t => new KeyValuePair<string, string>(t, t))],
        });
        Assert.AreEqual(Hostile[0], page.Descendants("h1").Single().Value);
        Assert.IsEmpty(page.Descendants("script"));
        Assert.HasCount(1, page.Descendants("style"));
        Assert.AreEqual(Hostile[1], Rows(page, "Classes")[1][0]);
        Assert.AreEqual(Hostile[1], json.GetProperty("validation").GetProperty("confusionLabels")[1].GetString());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(12)]
    [DataRow(40)]
    public void Write_AnyNumberOfClasses_IsAPage(int classes)
    {
        using var folder = new TemporaryFolder();
        var labels = Enumerable.Range(0, classes).Select(c => $"class {c}").ToArray();
        var (page, _) = Write(folder, new() { Title = "t", Labels = labels, Validation = Scenes(1, labels, 3) });
        Assert.HasCount(classes, Rows(page, "Classes"));
        Assert.HasCount(4, page.Descendants("svg"));
    }

    [TestMethod]
    public void Write_NothingFoundOrNoObjects_IsStillAPage()
    {
        using var folder = new TemporaryFolder();
        var empty = new DetectedImage(new("1", folder.Path("gone.png"), 50, 50, []), []);
        StringAssert.Contains(Write(folder, new() { Title = "t", Labels = ["a"] }).Page.Value, "no validation images");
        Write(folder, new() { Title = "t", Labels = ["a"], Validation = [empty] });
        var (page, json) = Write(folder, new() { Title = "t", Labels = ["a"], Validation = [empty with { Image = empty.Image with { Boxes = [new("a", new(0, 0, 9, 9))] } }] });
        Assert.AreEqual("0.000", Rows(page, "Classes")[0][5]);
        Assert.AreEqual(0.25, json.GetProperty("validation").GetProperty("metrics").GetProperty("confidence").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("validation").GetProperty("best")[0].GetProperty("confidence").ValueKind);
    }

    [TestMethod]
    public void WriteReport_TrainedDetector_HasItsSettingsAndMetrics()
    {
        using var folder = new TemporaryFolder();
        var list = SquareDetector.Draw(folder.Path("train"), 9, 1);
        var (train, validation) = (SquareDetector.Open(list), SquareDetector.Open(SquareDetector.Draw(folder.Path("valid"), 4, 2)));
        var cut = train.Images[2].Path;
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..200]);
        var network = SquareDetector.Network();
        var trained = DetectorTrainer.Train(network, train, validation, new() { Epochs = 2, BatchSize = 4, WarmUpSteps = 1, Seed = 9 });
        trained.WriteReport(folder.Path("report"), "squares", validation, ["look", trained.Unreadable[0].Error], before: trained.Model);
        var (page, json) = Read(folder.Path("report"));
        Assert.AreEqual("squares", json.GetProperty("title").GetString());
        Assert.AreEqual("9", json.GetProperty("settings").GetProperty("random seed").GetString());
        Assert.AreEqual("8", json.GetProperty("settings").GetProperty("training images").GetString());
        Assert.AreEqual(2, json.GetProperty("epochs").GetArrayLength());
        Assert.AreEqual(trained.BestEpoch, json.GetProperty("modelEpoch").GetInt32());
        CollectionAssert.AreEqual(new[] { "look", trained.Unreadable[0].Error }, json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()).ToArray());
        foreach (var part in new[] { "validation", "before" })
            Assert.AreEqual(trained.Evaluation!.Map50!.Value, json.GetProperty(part).GetProperty("metrics").GetProperty("mAP50").GetDouble(), 1e-9);
        Assert.AreEqual(validation.Images.Sum(i => i.Boxes.Count).ToString(System.Globalization.CultureInfo.InvariantCulture), Section(page, "Classes").Descendants("tfoot").Descendants("td").ElementAt(1).Value);
        trained.WriteReport(folder.Path("report"), "squares", null);
        StringAssert.Contains(Read(folder.Path("report")).Page.Value, "no validation images");
        var others = DetectionDataSet.Open(list, new DetectionDataSetOptions { ClassNames = ["disc", "triangle"] });
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => trained.WriteReport(folder.Path("report"), "squares", others)).Message, "triangle");
    }

    /// <summary>Objects with detections near them, some of another class, and detections of nothing; scores are coarse, so that many are equal. The last class is never there.</summary>
    private static List<DetectedImage> Scenes(int seed, string[] labels, int images)
    {
        var random = new Random(seed);
        BoundingBox Box(int x, int y, int side) => new(x, y, x + side, y + side);
        return [.. Enumerable.Range(0, images).Select(i =>
        {
            var (boxes, found) = (new List<GroundTruthBox>(), new List<Detected>());
            // On a lattice, so that an object overlaps with no other and which detection is whose is plain.
            for (var cell = 0; cell < 16; cell++)
            {
                var (x, y, side, c) = (cell % 4 * 100, cell / 4 * 100, random.Next(8, 90), random.Next(Math.Max(1, labels.Length - 1)));
                var isThere = random.Next(3) > 0;
                if (isThere) boxes.Add(new(labels[c], Box(x, y, side), Difficult: random.Next(8) == 0));
                for (var n = random.Next(3); n > 0; n--)
                {
                    var other = random.Next(4) == 0 ? random.Next(Math.Max(1, labels.Length - 1)) : c;
                    found.Add(new(labels[other], other, random.Next(1, 20) / 20f, random.Next(4) == 0 ? Box(x + 50, y + 50, 40) : Box(x, y, side)));
                }
            }
            return new DetectedImage(new($"{i:D3}", $"gone/{i}.png", 400, 400, boxes), found);
        })];
    }

    /// <summary>The objects, detections and correct ones of a class, which count: on the lattice a detection is correct where a box of its class has the very same place, or nearly.</summary>
    private static (int Truth, int Found, int Correct) Naive(List<DetectedImage> images, string label, float threshold)
    {
        var (truth, found, correct) = (0, 0, 0);
        foreach (var image in images)
        {
            var left = image.Image.Boxes.Where(b => b.Label == label).ToList();
            truth += left.Count(b => !b.Ignored);
            foreach (var d in image.Detections.Where(d => d.Label == label && d.Score >= threshold).OrderByDescending(d => d.Score))
            {
                found++;
                var index = left.FindIndex(b => Overlap(b.Box, d.Box) >= 0.5);
                if (index < 0) continue;
                if (left[index].Ignored) found--;
                else correct++;
                left.RemoveAt(index);
            }
        }
        return (truth, found, correct);
    }

    private static double Overlap(BoundingBox a, BoundingBox b)
    {
        var common = Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left)) * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
        return common / (((a.Right - a.Left) * (a.Bottom - a.Top)) + ((b.Right - b.Left) * (b.Bottom - b.Top)) - common);
    }

    /// <summary>Where the highest values begin, and how many follow each other there. Means over classes differ in their last bits.</summary>
    private static (int First, int Count) Highest(double[] values)
    {
        var first = Array.FindIndex(values, v => v >= values.Max() - 1e-12);
        return (first, values.Skip(first).TakeWhile(v => v >= values.Max() - 1e-12).Count());
    }

    private static void Near(RgbImage image, int x, int y, RgbColor color)
    {
        var pixel = image.Pixels.Slice(((y * image.Width) + x) * 4, 3);
        Assert.IsTrue(Math.Abs(pixel[0] - color.Red) + Math.Abs(pixel[1] - color.Green) + Math.Abs(pixel[2] - color.Blue) < 120, $"{pixel[0]} {pixel[1]} {pixel[2]} at {x}, {y}, expected {color}");
    }

    private static (XElement Page, JsonElement Json) Write(TemporaryFolder folder, DetectorReportContent content)
    {
        DetectorReport.Write(folder.Path("out"), content);
        return Read(folder.Path("out"));
    }

    /// <summary>Reads a page as XML, which holds only where it is well-formed.</summary>
    private static (XElement Page, JsonElement Json) Read(string folder)
    {
        var text = File.ReadAllText(Path.Combine(folder, "report.html"));
        const string Type = "<!DOCTYPE html>";
        StringAssert.StartsWith(text, Type);
        return (XElement.Parse(text[Type.Length..], LoadOptions.PreserveWhitespace), JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json"))).RootElement);
    }

    private static XElement Section(XElement page, string heading) => page.Descendants("section").Single(s => s.Element("h2")?.Value == heading);

    private static List<string[]> Rows(XElement page, string heading) =>
        [.. Section(page, heading).Descendants("tbody").First().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    /// <summary>The points of each coloured line of a plot.</summary>
    private static List<string[]> Lines(XElement svg) => [.. svg.Descendants("polyline")
        .Where(l => ((string)l.Attribute("style")!).Contains("--s", StringComparison.Ordinal)).Select(l => ((string)l.Attribute("points")!).Split(' '))];
}
