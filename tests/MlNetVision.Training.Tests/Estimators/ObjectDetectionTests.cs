using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Detection;
using MlNetVision.Training.Detection;
using MlNetVision.Training.Tests.Detection;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>
/// <c>Trainers.ObjectDetection</c>: programs of the shape that Microsoft.ML.TorchSharp's have, and under what ML.NET does to estimators.
/// </summary>
[TestClass]
public sealed class ObjectDetectionTests : IDisposable
{
    private static readonly string[] Outputs = ["PredictedLabel", "PredictedBoundingBoxes", "Score"];

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _network;

    public ObjectDetectionTests()
    {
        _network = _folder.Path("tiny.cfg");
        File.WriteAllText(_network, SquareDetector.Region(64, 48, 2, "1.5,1.5,2.5,2.5", filters: 4));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Rows of text, images by <c>LoadImages</c>, all options of the samples; evaluated, saved, and used without labels.</summary>
    [TestMethod]
    public void ProgramOfTheOtherTrainer_TrainsEvaluatesSavesAndLoads()
    {
        var (data, valid) = (Table("train", 24, 1), Table("valid", 8, 2));
        var options = new ObjectDetectionTrainer.Options()
        {
            LabelColumnName = "Labels",
            BoundingBoxColumnName = "Box",
            ScoreThreshold = .005,
            IOUThreshold = .5,
            MaxEpoch = 40,
            LogEveryNStep = 30,
            InitLearningRate = 0.01,
            WeightDecay = 0,
            Steps = new List<int> { 30, 36 },
            ValidationSet = Prepare().Append(_ml.Transforms.LoadImages("Image", "", "ImagePath")).Fit(valid).Transform(valid),
            Network = _network,
            Adjust = o => Quick(o) with { BatchSize = 4 },
        };
        var lines = new List<string>();
        options.Log = lines.Add;
        var epochs = new List<DetectorEpoch>();
        options.MetricsCallback = epochs.Add;
        var trainer = _ml.MulticlassClassification.Trainers.ObjectDetection(options);
        var model = Prepare().Append(_ml.Transforms.LoadImages("Image", "", "ImagePath")).Append(trainer)
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);

        var rows = model.Transform(valid);
        var metrics = _ml.MulticlassClassification.EvaluateObjectDetection(
            rows, rows.Schema["Labels"], rows.Schema["Box"], rows.Schema["PredictedLabel"], rows.Schema["PredictedBoundingBoxes"], rows.Schema["Score"]);
        Assert.IsGreaterThan(0.8f, metrics.MAP50);
        Assert.IsLessThan(metrics.MAP50, metrics.MAP50_95);
        Assert.AreEqual(trainer.Trained!.Evaluation!.Map50!.Value, metrics.MAP50, 0.03, "the trainer's own evaluation, at IoU 0.45");
        Assert.HasCount(40, epochs);
        Assert.AreEqual(1e-2f, epochs[28].LearningRate, 1e-9);
        Assert.AreEqual(1e-3f, epochs[30].LearningRate, 1e-9);
        Assert.AreEqual(1e-4f, epochs[39].LearningRate, 1e-9);
        Assert.HasCount(8, lines.Where(l => l.StartsWith("step ", StringComparison.Ordinal)), "240 steps, a line after each thirty");

        var zip = _folder.Path("model.zip");
        _ml.Model.Save(model, data.Schema, zip);
        var loaded = new MLContext().Model.Load(zip, out _);
        var expected = Texts(rows);
        CollectionAssert.AreEqual(expected, Texts(loaded.Transform(valid)));
        // The library's own detector opens the file, too.
        using var detector = ObjectDetector.Load(zip);
        var paths = rows.GetColumn<string>("ImagePath").ToArray();
        CollectionAssert.AreEqual(expected, paths.Select(path => Text(detector.Detect(path).Detections)).ToArray());
    }

    [TestMethod]
    public void Fit_PathsInPlaceOfImages_TrainsTheSameNetworkAndNeedsNoLabelsAfterwards()
    {
        var data = Keyed(Table("train", 12, 1));
        var images = _ml.Transforms.LoadImages("Image", "", "ImagePath").Fit(data).Transform(data);
        var (byImage, byPath) = (Trainer(), Trainer(o => o.ImageColumnName = "ImagePath"));
        var model = byPath.Fit(data);
        byImage.Fit(images);
        CollectionAssert.AreEqual(byImage.Trained!.Model.ToBytes(), byPath.Trained!.Model.ToBytes());

        var (first, missing) = (data.GetColumn<string>("ImagePath").First(), _folder.Path("missing.png"));
        var rows = model.Transform(_ml.Data.LoadFromEnumerable<PathAlone>([new() { ImagePath = first }, new() { ImagePath = missing }]));
        Assert.AreEqual(Texts(model.Transform(data))[0], Texts(rows)[0]);
        Assert.AreEqual("", Texts(rows)[1]);
        StringAssert.Contains(rows.GetColumn<string>("Error").Last(), missing);
    }

    /// <summary>The schema without data is that with data; caches, shuffled and filtered rows; eight threads, saved and loaded.</summary>
    [TestMethod]
    public void Fit_CachedShuffledAndFilteredRows_GivesASchemaThatHoldsAndTheSameRowsFromEightThreads()
    {
        var data = _ml.Data.SkipRows(_ml.Data.TakeRows(Keyed(Table("train", 16, 1)), 14), 3);
        var trainer = Trainer(o => o.ImageColumnName = "ImagePath");
        var model = trainer.Fit(_ml.Data.Cache(_ml.Data.ShuffleRows(data, seed: 2)));
        var rows = model.Transform(data);
        CollectionAssert.AreEqual(Schema(model.GetOutputSchema(data.Schema)), Schema(rows.Schema));
        // What ML.NET asks before it fits a chain.
        var after = trainer.Append(_ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")).Append(_ml.Transforms.CopyColumns("Boxes", "PredictedBoundingBoxes"))
            .Append(_ml.Transforms.CopyColumns("Scores", "Score")).Fit(data);
        CollectionAssert.IsSubsetOf(new[] { "Name", "Boxes", "Scores" }, after.GetOutputSchema(data.Schema).Select(c => c.Name).ToArray());

        var zip = _folder.Path("model.zip");
        _ml.Model.Save(model, data.Schema, zip);
        var loaded = new MLContext().Model.Load(zip, out _);
        CollectionAssert.AreEqual(Schema(rows.Schema), Schema(loaded.GetOutputSchema(data.Schema)));
        foreach (var schema in new[] { rows.Schema, loaded.GetOutputSchema(data.Schema) })
        {
            VBuffer<ReadOnlyMemory<char>> labels = default, predicted = default;
            schema["LabelKeys"].GetKeyValues(ref labels);
            schema["PredictedLabel"].GetKeyValues(ref predicted);
            CollectionAssert.AreEqual(labels.DenseValues().Select(k => k.ToString()).ToArray(), predicted.DenseValues().Select(k => k.ToString()).ToArray());
        }
        var expected = Texts(rows);
        Assert.IsTrue(expected.Any(text => text.Length > 0));
        Parallel.For(0, 8, i => CollectionAssert.AreEqual(expected, Texts((i % 2 == 0 ? model : loaded).Transform(data))));
    }

    /// <summary>A start whose classes stand in another order than the keys.</summary>
    [TestMethod]
    public void Fit_StartsFromAnEarlierResult_KeepsTheMeaningOfItsClasses()
    {
        var data = Keyed(Table("train", 24, 1));
        var first = Trainer(o =>
        {
            (o.ImageColumnName, o.MaxEpoch, o.InitLearningRate) = ("ImagePath", 30, 0.01);
            o.Adjust = t => Quick(t) with { BatchSize = 4 };
        });
        first.Fit(data);
        first.Trained!.SaveZip(_folder.Path("first.zip"));
        string[] labels = [.. KeysOf(data.Schema["LabelKeys"]).Reverse()];
        var reordered = Keyed(Table("train", 24, 1), labels);
        var second = Trainer(o => (o.ImageColumnName, o.Start, o.Network, o.InitLearningRate, o.ScoreThreshold) = ("ImagePath", _folder.Path("first.zip"), null, 1e-6, 0.005));
        var rows = second.Fit(reordered).Transform(reordered);
        CollectionAssert.AreEqual(labels, KeysOf(rows.Schema["PredictedLabel"]));
        var metrics = _ml.MulticlassClassification.EvaluateObjectDetection(rows, rows.Schema["LabelKeys"], rows.Schema["BoundingBoxes"],
            rows.Schema["PredictedLabel"], rows.Schema["PredictedBoundingBoxes"], rows.Schema["Score"]);
        Assert.IsGreaterThan(0.5f, metrics.MAP50, "with the classes swapped it would be near 0");
    }

    [TestMethod]
    public void Fit_CancelledInAWorkspace_ResumesToTheSameBytesAndLeavesNothing()
    {
        var data = Keyed(Table("train", 12, 1));
        var images = _ml.Transforms.LoadImages("Image", "", "ImagePath").Fit(data).Transform(data);
        var whole = Trainer();
        whole.Fit(images);
        var workspace = _folder.Path("work");
        using var stop = new CancellationTokenSource();
        var cut = Trainer(o =>
        {
            (o.WorkspacePath, o.CancellationToken, o.LogEveryNStep) = (workspace, stop.Token, 1);
            o.Log = line => { if (line.StartsWith("step 4 ", StringComparison.Ordinal)) stop.Cancel(); };
        });
        cut.Fit(images);
        Assert.IsTrue(cut.Trained!.IsCancelled);
        Assert.IsTrue(DetectorRun.IsKept(workspace));
        CollectionAssert.AreNotEqual(whole.Trained!.Model.ToBytes(), cut.Trained.Model.ToBytes());
        var lines = new List<string>();
        var resumed = Trainer(o => (o.WorkspacePath, o.Log) = (workspace, lines.Add));
        resumed.Fit(images);
        CollectionAssert.AreEqual(whole.Trained.Model.ToBytes(), resumed.Trained!.Model.ToBytes(), string.Join('\n', lines));
        Assert.IsFalse(Directory.Exists(workspace), "neither checkpoint nor images are left");
    }

    [TestMethod]
    public void Fit_RowsThatCannotBeUsed_AreNamedAndLeftOut()
    {
        var rows = Rows("train", 10, 1);
        rows[2].ImagePath = _folder.Path("missing.png");
        File.WriteAllText(rows[4].ImagePath = _folder.Path("broken.png"), "no image");
        rows[5].ImagePath = "";
        rows[6].Labels = string.Join(',', rows[6].Labels.Split(',').Select(_ => "unknown"));
        var lines = new List<string>();
        var data = Keyed(_ml.Data.LoadFromEnumerable(rows), ["square", "disc"]);
        var trainer = Trainer(o => (o.ImageColumnName, o.Log, o.ValidationSetFraction) = ("ImagePath", lines.Add, null));
        trainer.Fit(data);
        Assert.IsNull(trainer.Trained!.Evaluation);
        foreach (var part in new[] { "missing.png", "broken.png", "Row 5 of 'ImagePath'", "boxes whose label in 'LabelKeys' is missing" })
            Assert.IsTrue(lines.Any(line => line.Contains(part, StringComparison.Ordinal)), part);
    }

    [TestMethod]
    [DataRow("LabelKeys", "Labels", "expected a vector of keys")]
    [DataRow("BoundingBoxes", "BoxText", "expected a vector of float")]
    [DataRow("ImagePath", "BoundingBoxes", "expected images")]
    [DataRow("LabelKeys", "nothing", "no column 'nothing'")]
    public void Fit_ColumnOfAnotherType_SaysWhatIsExpected(string column, string other, string expected)
    {
        var trainer = Trainer(o => (o.LabelColumnName, o.BoundingBoxColumnName, o.ImageColumnName) = column switch
        {
            "LabelKeys" => (other, "BoundingBoxes", "ImagePath"),
            "BoundingBoxes" => ("LabelKeys", other, "ImagePath"),
            _ => ("LabelKeys", "BoundingBoxes", other),
        });
        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Keyed(Table("train", 2, 1))));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void Fit_RowOfThreeNumbersForABox_NamesTheRow()
    {
        var rows = Rows("train", 4, 1);
        rows[3].BoxText = "1,2,3";
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o => o.ImageColumnName = "ImagePath").Fit(Keyed(_ml.Data.LoadFromEnumerable(rows))));
        StringAssert.Contains(error.Message, "Row 3");
        StringAssert.Contains(error.Message, "3 numbers");
    }

    [TestMethod]
    public void Fit_ValidationClassThatTrainingLacks_IsNamed()
    {
        var other = Rows("valid", 2, 2);
        foreach (var row in other) row.Labels = row.Labels.Replace("disc", "ring", StringComparison.Ordinal).Replace("square", "ring", StringComparison.Ordinal);
        var trainer = Trainer(o => (o.ImageColumnName, o.ValidationSet) = ("ImagePath", Keyed(_ml.Data.LoadFromEnumerable(other))));
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => trainer.Fit(Keyed(Table("train", 4, 1)))).Message, "'ring'");
    }

    [TestMethod]
    [DataRow("score", 1.5)]
    [DataRow("iou", -0.1)]
    [DataRow("part", 1.0)]
    [DataRow("log", 0.0)]
    [DataRow("steps", 0.0)]
    public void Fit_OptionOutOfRange_IsRefusedBeforeTraining(string option, double value)
    {
        var trainer = Trainer(o =>
        {
            o.ImageColumnName = "ImagePath";
            if (option == "score") o.ScoreThreshold = value;
            if (option == "iou") o.IOUThreshold = value;
            if (option == "part") o.ValidationSetFraction = (float)value;
            if (option == "log") o.LogEveryNStep = (int)value;
            if (option == "steps") o.Steps = [5, (int)value];
        });
        Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Keyed(Table("train", 4, 1))));
    }

    /// <summary>By hand: of two objects one is found exactly and one a little beside (IoU 9 · 10/(200 − 90) = 0.82); one detection is of nothing.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EvaluateObjectDetection_ThreeDetections_AreTheMeansByHand(bool keys)
    {
        var data = _ml.Data.LoadFromEnumerable<Judged>(
        [
            new() { Label = ["a", "b"], Box = [0, 0, 10, 10, 20, 20, 30, 30], Found = ["a", "b", "b"], FoundBox = [0, 0, 10, 10, 50, 50, 60, 60, 21, 20, 31, 30], Score = [0.9f, 0.8f, 0.7f] },
            new() { Label = [], Box = [], Found = [], FoundBox = [], Score = [] },
        ]);
        if (keys)
        {
            var names = _ml.Data.LoadFromEnumerable<Name>([new() { Value = "a" }, new() { Value = "b" }]);
            data = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: names).Append(_ml.Transforms.Conversion.MapValueToKey("Found", keyData: names)).Fit(data).Transform(data);
        }
        var s = data.Schema;
        var metrics = _ml.MulticlassClassification.EvaluateObjectDetection(data, s["Label"], s["Box"], s["Found"], s["FoundBox"], s["Score"]);
        // a: 1 everywhere. b: the object is found second, so that precision is ½ at all recalls, for IoU 0.5 to 0.8.
        Assert.AreEqual((1 + 0.5) / 2, metrics.MAP50, 1e-6);
        Assert.AreEqual((1 + (0.5 * 7 / 10)) / 2, metrics.MAP50_95, 1e-6);
        Assert.AreEqual(0.5, metrics.Evaluation.PerClass[1].Ap50!.Value, 1e-6);
    }

    private ObjectDetectionTrainer Trainer(Action<ObjectDetectionTrainer.Options>? set = null)
    {
        var options = new ObjectDetectionTrainer.Options { LabelColumnName = "LabelKeys", Network = _network, MaxEpoch = 3, BatchSize = 4, Adjust = Quick };
        set?.Invoke(options);
        return _ml.MulticlassClassification.Trainers.ObjectDetection(options);
    }

    private static DetectorTrainingOptions Quick(DetectorTrainingOptions options) =>
        options with { WarmUpSteps = 2, AverageDecay = 0.9f, Augmentation = new DetectorAugmentation { Hue = 0 } };

    private IDataView Table(string part, int count, int seed) => _ml.Data.LoadFromEnumerable(Rows(part, count, seed));

    /// <summary>Images of squares, with labels and boxes as text parted by commas.</summary>
    private List<Row> Rows(string part, int count, int seed) =>
        [.. SquareDetector.Open(SquareDetector.Draw(_folder.Path(part), count, seed)).Images.Select(image => new Row
        {
            ImagePath = image.Path, Labels = string.Join(',', image.Boxes.Select(b => b.Label)),
            BoxText = string.Join(',', image.Boxes.SelectMany(b => (float[])[b.Box.Left, b.Box.Top, b.Box.Right, b.Box.Bottom]).Select(v => v.ToString(CultureInfo.InvariantCulture))),
        })];

    /// <summary>As Microsoft's program prepares its columns Labels and Box.</summary>
    private EstimatorChain<ITransformer> Prepare() => new EstimatorChain<ITransformer>()
        .Append<ITransformer>(_ml.Transforms.Text.TokenizeIntoWords("Labels", separators: [',']))
        .Append<ITransformer>(_ml.Transforms.Conversion.MapValueToKey("Labels"))
        .Append<ITransformer>(_ml.Transforms.Text.TokenizeIntoWords("Box", "BoxText", separators: [',']))
        .Append<ITransformer>(_ml.Transforms.Conversion.ConvertType("Box"));

    /// <summary>The columns LabelKeys, Box and BoundingBoxes, and for the first test Labels as keys.</summary>
    private IDataView Keyed(IDataView table, string[]? order = null)
    {
        var keys = order is null ? null : _ml.Data.LoadFromEnumerable(order.Select(name => new Name { Value = name }).ToList());
        return _ml.Transforms.Text.TokenizeIntoWords("Words", "Labels", separators: [','])
            .Append(_ml.Transforms.Conversion.MapValueToKey("LabelKeys", "Words", keyData: keys))
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Box", "BoxText", separators: [',']))
            .Append(_ml.Transforms.Conversion.ConvertType("Box")).Append(_ml.Transforms.CopyColumns("BoundingBoxes", "Box"))
            .Fit(table).Transform(table);
    }

    private static string[] KeysOf(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> keys = default;
        column.GetKeyValues(ref keys);
        return [.. keys.DenseValues().Select(k => k.ToString())];
    }

    private static string[] Schema(DataViewSchema schema) =>
        [.. schema.Select(c => $"{c.Name} {c.Type} {c.IsHidden} {string.Join(' ', c.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}")];

    /// <summary>The rows' detections as text.</summary>
    private static string[] Texts(IDataView rows)
    {
        var labels = rows.Schema["PredictedLabel"];
        var names = labels.Type is VectorDataViewType { ItemType: KeyDataViewType }
            ? [.. rows.GetColumn<uint[]>(labels).Select(row => row.Select(k => KeysOf(labels)[k - 1]).ToArray())]
            : rows.GetColumn<string[]>(labels).ToArray();
        return [.. names.Zip(rows.GetColumn<float[]>("PredictedBoundingBoxes"), rows.GetColumn<float[]>("Score")).Select(row =>
            string.Join("; ", row.First.Zip(row.Third, row.Second.Chunk(4)).Select(d => Text(d.First, d.Second, d.Third))))];
    }

    private static string Text(IEnumerable<MlNetVision.Detection.Detection> detections) =>
        string.Join("; ", detections.Select(d => Text(d.Label, d.Score, [d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom])));

    private static string Text(string label, float score, float[] box) =>
        $"{label} {score.ToString("R", CultureInfo.InvariantCulture)} {string.Join(' ', box.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}";

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Labels { get; set; } = "";

        public string BoxText { get; set; } = "";
    }

    private sealed class PathAlone
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }

    private sealed class Judged
    {
        public string[] Label { get; set; } = [];

        public float[] Box { get; set; } = [];

        public string[] Found { get; set; } = [];

        public float[] FoundBox { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
