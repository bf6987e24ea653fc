using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class StandaloneClassifierTests
{
    private static readonly string Images = Path.Combine(Shared.Repository, "assets", "images");
    private static readonly string[] Flowers = ["rose.png", "sunflower.png", "tulip.png"];

    [TestMethod]
    public void Load_FreshProcessWithMlNetAlone_AnswersAsWeDo()
    {
        using var zip = new TemporaryFile(".zip");
        using var classifier = ImageClassifier.Load("flowers");
        classifier.SaveStandaloneZip(zip.Path);
        var folder = Path.Combine(Shared.Repository, "src", "Samples", "FlowerShop", "bin", Configuration, "net10.0");
        Assert.IsEmpty(Directory.GetFiles(folder, "MlNetVision*", SearchOption.AllDirectories));
        var delivery = Directory.CreateTempSubdirectory("mlnetvision-");
        string[] files = [.. Flowers.Select(f => Path.Combine(delivery.FullName, f))];
        foreach (var file in files) File.Copy(Path.Combine(Images, Path.GetFileName(file)), file);

        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(folder, "FlowerShop.dll"), zip.Path, delivery.FullName]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode);
        Assert.AreEqual("Delivered:", lines[0]);
        CollectionAssert.AreEqual(lines[1..(1 + files.Length)], lines[^files.Length..], "Transform and PredictionEngine");
        for (var i = 0; i < files.Length; i++)
        {
            var best = classifier.Classify(files[i]).Predictions[0];
            var parts = lines[1 + i].Split(' ');
            Assert.AreEqual($"{Path.GetFileName(files[i])}: {best.Label}", string.Join(' ', parts[..^1]));
            Assert.AreEqual(best.Score, float.Parse(parts[^1], CultureInfo.InvariantCulture), 0.02f);
        }
        delivery.Delete(recursive: true);
    }

    /// <summary>The text that assets/docs/mlnet-api.md shows, as an app without this library prints it.</summary>
    [TestMethod]
    public void Load_ChainThatIsNotStandaloneWithMlNetAlone_SaysWhatTheDocumentShows()
    {
        using var zip = new TemporaryFile(".zip");
        using (var classifier = ImageClassifier.Load(TinyClassifier.Create())) classifier.SaveZip(zip.Path);
        var shop = Path.Combine(Shared.Repository, "src", "Samples", "FlowerShop", "bin", Configuration, "net10.0", "FlowerShop.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [shop, zip.Path, Images]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreNotEqual(0, process.ExitCode);
        var page = File.ReadAllText(Path.Combine(Shared.Repository, "assets", "docs", "mlnet-api.md"));
        var start = page.IndexOf("System.Reflection.TargetInvocationException:", StringComparison.Ordinal);
        var shown = page[start..page.IndexOf("```", start, StringComparison.Ordinal)].Trim().ReplaceLineEndings("\n");
        StringAssert.Contains(error.ReplaceLineEndings("\n"), shown);
    }

    /// <summary>ML.NET's resize takes the nearest pixel; a larger image made smaller in the network comes closer to ours.</summary>
    [TestMethod]
    public void Transform_Flowers_ReductionComesCloserThanNearestPixels()
    {
        var files = Directory.GetDirectories(Shared.Path("data", "flower_photos", "valid")).Order(StringComparer.Ordinal)
            .SelectMany(d => Directory.GetFiles(d).Order(StringComparer.Ordinal).Take(5)).ToArray();
        using var classifier = ImageClassifier.Load("flowers");
        var expected = files.Select(f => classifier.Classify(f).Scores).ToArray();

        var apart = new[] { 1, 4 }.Select(times =>
        {
            using var zip = new TemporaryFile(".zip");
            SavedModels.SaveStandaloneZip(classifier, zip.Path, times);
            return Transform(zip.Path, files).Zip(expected, (row, scores) => row.Score.Zip(scores).Max(p => Math.Abs(p.First - p.Second))).Average();
        }).ToArray();

        // Measured on all 150: 0.0374 and 0.0062.
        Assert.IsLessThan(apart[0] / 3, apart[1]);
        Assert.IsLessThan(0.012f, apart[1]);
    }

    [TestMethod]
    [DataRow("flowers", ResizeMode.Stretch)]
    [DataRow("squeezenet-fp16", ResizeMode.Crop)]
    public void Load_StandaloneZip_AnswersAsTheModelItWasMadeOf(string name, ResizeMode mode)
    {
        var (model, labels) = name == "flowers" ? (name, null) : (Shared.Path("models", "onnx", $"{name}.onnx"), Shared.Path("models", "onnx", "imagenet.names"));
        using var zip = new TemporaryFile(".zip");
        using var classifier = ImageClassifier.Load(model, new() { Resize = mode, LabelsFile = labels, Preprocess = name == "squeezenet-fp16" ? "caffe" : null });
        classifier.SaveStandaloneZip(zip.Path);
        var image = Path.Combine(Images, "street.png");
        var expected = classifier.Classify(image);

        using var reopened = ImageClassifier.Load(zip.Path);

        var found = reopened.Classify(image);
        Assert.AreEqual(mode, reopened.Resize.Mode);
        CollectionAssert.AreEqual(classifier.Labels.ToArray(), reopened.Labels.ToArray());
        // Its graph normalises, which differs in the last digit; half-precision and 8-bit networks may then round to a neighbour.
        Assert.IsLessThan(0.005f, expected.Scores.Zip(found.Scores).Max(p => Math.Abs(p.First - p.Second)));
        Assert.IsFalse(reopened.Model.Graph.Node.Any(n => n.Name.StartsWith(StandaloneGraph.Prefix, StringComparison.Ordinal)), "nodes for ML.NET's resize are cut away");
        // Saved again, in either form, it is the same still.
        using var again = new TemporaryFile(".zip");
        reopened.SaveStandaloneZip(again.Path);
        CollectionAssert.AreEqual(Transform(zip.Path, image)[0].Score, Transform(again.Path, image)[0].Score);
        reopened.SaveZip(again.Path);
        using var chain = ImageClassifier.Load(again.Path);
        CollectionAssert.AreEqual(found.Scores.ToArray(), chain.Classify(image).Scores.ToArray());
    }

    [TestMethod]
    public void Transform_LabelsWithCommasQuotesAndNewlines_ComeOutWhole()
    {
        string[] labels = ["a, \"b\"", "line\nline", "роза \\ 'x'"];
        var model = TinyClassifier.Create();
        model.SetNames(labels);
        using var zip = new TemporaryFile(".zip");
        using var classifier = ImageClassifier.Load(model);
        classifier.SaveStandaloneZip(zip.Path);
        using var file = new TemporaryFile(".png");
        foreach (var (color, label) in new RgbColor[] { new(255, 0, 0), new(0, 255, 0), new(0, 0, 255) }.Zip(labels))
        {
            using var image = TestImages.Solid(20, 30, color);
            image.Save(file.Path);
            Assert.AreEqual(label, Transform(zip.Path, file.Path)[0].PredictedLabel);
        }
        using var plain = new TemporaryFile(".zip");
        classifier.SaveZip(plain.Path);
        Assert.AreEqual(labels[2], Transform(plain.Path, file.Path)[0].PredictedLabel);
    }

    [TestMethod]
    public void SaveStandaloneZip_Card_TellsColumnsAndClasses()
    {
        using var zip = new TemporaryFile(".zip");
        using var classifier = ImageClassifier.Load("flowers");
        classifier.SaveStandaloneZip(zip.Path);
        using var archive = ZipFile.OpenRead(zip.Path);
        using var reader = new StreamReader(archive.GetEntry(StandaloneParts.CardEntry)!.Open());
        var card = reader.ReadToEnd();
        foreach (var text in new[] { "`PredictedLabel`", "640 × 640", "4 times smaller", "roses, sunflowers, tulips" }) Assert.Contains(text, card);
    }

    [TestMethod]
    [DataRow(160, 160, 4)]
    [DataRow(224, 300, 3)]
    [DataRow(513, 513, 1)]
    [DataRow(2000, 10, 1)]
    public void TimesFor_Sizes_StayWithinAThousandPixels(int width, int height, int expected) =>
        Assert.AreEqual(expected, StandaloneClassifier.TimesFor(new ResizeOptions { Width = width, Height = height }));

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static List<ClassRow> Transform(string zip, params string[] paths)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }));
        return [.. ml.Data.CreateEnumerable<ClassRow>(ml.Model.Load(zip, out _).Transform(rows), reuseRowObject: false)];
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ClassRow
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
