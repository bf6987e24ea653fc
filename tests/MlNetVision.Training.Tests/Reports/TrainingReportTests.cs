using System.Text.Json;
using System.Xml.Linq;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Training.Tests.Reports;

[TestClass]
public sealed class TrainingReportTests
{
    private static readonly string[] Hostile = ["</style><script>alert(1)</script>", "a, \"b\"\n& 'c'", "\u0001\uD800 http://example.org/", "猫 🐈", new string('x', 300)];

    [TestMethod]
    public void Write_Figures_EqualNaiveOnes()
    {
        using var folder = new TemporaryFolder();
        var evaluation = RandomEvaluation.Make(["a", "b", "c"], 150);
        var page = Write(folder, new() { Title = "t", Epochs = RandomEvaluation.Epochs(3), ModelEpoch = 2, Evaluation = evaluation });
        var cases = evaluation.Cases;
        var right = cases.Count(c => c.Scores.Index().MaxBy(s => s.Item).Index == c.Truth);
        Assert.AreEqual($"{100.0 * right / 150:0.0}\u00A0%", page.Descendants("b").First().Value);
        var rows = Rows(page, "confusion");
        for (var truth = 0; truth < 3; truth++)
        {
            for (var answer = 0; answer < 3; answer++)
            {
                var count = cases.Count(c => c.Truth == truth && c.Scores.Index().MaxBy(s => s.Item).Index == answer);
                Assert.AreEqual(count == 0 ? "·" : $"{count}", rows[truth][answer + 1]);
            }
            Assert.AreEqual($"{RocCurve.Of(evaluation, truth).Area:0.0000}", Rows(page, "list")[truth][5]);
        }
        var mistakes = cases.Where(c => c.Predicted != c.Truth).OrderByDescending(c => c.Scores.Max()).ToList();
        var shown = page.Descendants("span").Where(s => (string?)s.Attribute("class") == "predicted").Select(s => s.Element("b")!.Value).ToList();
        CollectionAssert.AreEqual(mistakes.Take(60).Select(c => $"{100 * (double)c.Scores.Max():0.0}\u00A0%").ToList(), shown);
    }

    [TestMethod]
    public void Write_Metrics_HoldTheSameFigures()
    {
        using var folder = new TemporaryFolder();
        var evaluation = RandomEvaluation.Make(["a", "b,\"", "c"], 100);
        var epochs = RandomEvaluation.Epochs(2);
        epochs.Add(epochs[1] with { Epoch = 3, TrainLoss = float.NaN, ValidationLoss = null });
        Write(folder, new() { Title = "t", Epochs = epochs, ModelEpoch = 2, Evaluation = evaluation, Settings = [new("seed", "7")], Warnings = ["look"] });
        var json = JsonDocument.Parse(File.ReadAllText(folder.Path("metrics.json"))).RootElement;
        Assert.AreEqual(evaluation.Accuracy, json.GetProperty("validation").GetProperty("accuracy").GetDouble());
        Assert.AreEqual("7", json.GetProperty("settings").GetProperty("seed").GetString());
        Assert.AreEqual(2, json.GetProperty("modelEpoch").GetInt32());
        Assert.AreEqual("look", json.GetProperty("warnings")[0].GetString());
        Assert.AreEqual(0.75f, json.GetProperty("epochs")[1].GetProperty("trainAccuracy").GetSingle());
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("epochs")[2].GetProperty("trainLoss").ValueKind);
        Assert.AreEqual(RocCurve.Of(evaluation, 1).Area!.Value, json.GetProperty("roc")[1].GetProperty("area").GetDouble());
        Assert.AreEqual("b,\"", json.GetProperty("roc")[1].GetProperty("label").GetString());
        Assert.AreEqual(evaluation.Cases.Count(c => c.Predicted != c.Truth), json.GetProperty("misclassified").GetArrayLength());
    }

    [TestMethod]
    public void Write_HostileNames_AreEscaped()
    {
        using var folder = new TemporaryFolder();
        var page = Write(folder, new()
        {
            Title = Hostile[0], Evaluation = RandomEvaluation.Make(Hostile, 200, path: i => $"gone/{Hostile[i % 3]}.png"), Warnings = Hostile,
            Settings = [.. Hostile.Select(text => new KeyValuePair<string, string>(text, text))], Epochs = RandomEvaluation.Epochs(1),
        });
        Assert.AreEqual(Hostile[0], page.Descendants("h1").Single().Value);
        Assert.IsEmpty(page.Descendants("script"));
        Assert.HasCount(1, page.Descendants("style"));
        Assert.IsTrue(Rows(page, "list").Any(row => row[0] == Hostile[1]));
        Assert.IsTrue(Rows(page, "list").Any(row => row[0] == "\uFFFD\uFFFD http://example.org/"));
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(12, 5)]
    [DataRow(40, 100)]
    public void Write_AnyNumberOfClasses_RefersToNothingOutside(int classes, int epochs)
    {
        using var folder = new TemporaryFolder();
        var page = Write(folder, new()
        {
            Title = "t", Evaluation = RandomEvaluation.Make([.. Enumerable.Range(0, classes).Select(c => $"class {c}")], 20 * classes), Epochs = RandomEvaluation.Epochs(epochs), ModelEpoch = 1,
        });
        var text = File.ReadAllText(folder.Path("report.html"));
        foreach (var reference in new[] { "http:", "https:", "@import", "url(h", "url(/" }) Assert.IsFalse(text.Contains(reference, StringComparison.OrdinalIgnoreCase), reference);
        foreach (var link in page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href")) StringAssert.StartsWith(link.Value, "data:image/");
        Assert.HasCount(3, page.Descendants("svg"));
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        CollectionAssert.AllItemsAreUnique(ids);
        foreach (var clip in page.Descendants().Attributes("clip-path")) Assert.Contains(clip.Value["url(#".Length..^1], ids);
        Assert.IsFalse(page.Descendants("svg").DescendantsAndSelf().Attributes().Any(a => a.Value.Contains("rgb(1,", StringComparison.Ordinal)), "a colour that the page does not decide on");
    }

    [TestMethod]
    public void Write_Curves_GoThroughEveryEpoch()
    {
        using var folder = new TemporaryFolder();
        var page = Write(folder, new() { Title = "t", Epochs = RandomEvaluation.Epochs(6) });
        foreach (var svg in page.Descendants("svg"))
        {
            var lines = svg.Descendants("polyline").Where(l => ((string)l.Attribute("style")!).Contains("--s", StringComparison.Ordinal)).ToList();
            Assert.HasCount(2, lines);
            foreach (var line in lines) Assert.HasCount(6, ((string)line.Attribute("points")!).Split(' '));
        }
        Assert.IsEmpty(page.Descendants("table"));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(1e30f)]
    [DataRow(0f)]
    public void Write_LossesThatWentAstray_AreStillAPage(float loss)
    {
        using var folder = new TemporaryFolder();
        var page = Write(folder, new() { Title = "t", Epochs = [.. RandomEvaluation.Epochs(3).Select(e => e with { TrainLoss = loss, ValidationLoss = loss, TrainAccuracy = float.NaN })] });
        Assert.HasCount(2, page.Descendants("svg"));
        Assert.IsFalse(page.Descendants("svg").DescendantsAndSelf().Attributes().Any(a => a.Value.Contains("NaN", StringComparison.Ordinal) || a.Value.Contains('∞')));
    }

    [TestMethod]
    public void Write_Misclassified_ShowTheirImages()
    {
        using var folder = new TemporaryFolder();
        using (var image = TestImages.Gradient(400, 200)) image.Save(folder.Path("wide.png"));
        var evaluation = ClassificationEvaluation.Of(["a", "b"], [new(folder.Path("wide.png"), 0, [0.2f, 0.8f]), new(folder.Path("gone.png"), 1, [0.7f, 0.3f]), new("fine", 0, [1, 0])]);
        var page = Write(folder, new() { Title = "t", Evaluation = evaluation });
        var uri = page.Descendants("img").Single().Attribute("src")!.Value;
        using var thumbnail = RgbImage.Load(Convert.FromBase64String(uri["data:image/jpeg;base64,".Length..]), "thumbnail");
        Assert.AreEqual((160, 80), (thumbnail.Width, thumbnail.Height));
        Assert.HasCount(1, page.Descendants("div").Where(d => (string?)d.Attribute("class") == "gone"));
        Assert.IsEmpty(Write(folder, new() { Title = "t", Evaluation = evaluation, MaxMisclassified = 0 }).Descendants("img"));
        Assert.ThrowsExactly<ArgumentException>(() => TrainingReport.Write(folder.Path("x"), new() { Title = "t", MaxMisclassified = -1 }));
    }

    [TestMethod]
    public void Write_NothingToTell_IsStillAPage()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(Write(folder, new() { Title = "t" }).Value, "no validation images");
    }

    /// <summary>Writes a report and reads its page as XML, which holds only where it is well-formed.</summary>
    private static XElement Write(TemporaryFolder folder, TrainingReportContent content)
    {
        TrainingReport.Write(folder.Path(""), content);
        var text = File.ReadAllText(folder.Path("report.html"));
        const string Type = "<!DOCTYPE html>";
        StringAssert.StartsWith(text, Type);
        return XElement.Parse(text[Type.Length..], LoadOptions.PreserveWhitespace);
    }

    /// <summary>The cells' texts of the last table of a class.</summary>
    private static List<string[]> Rows(XElement page, string table) =>
        [.. page.Descendants("table").Last(t => (string?)t.Attribute("class") == table).Element("tbody")!.Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
}
