using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.MlNet;
using MlNetVision.Training.Tests.Classification;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>The trainers under what ML.NET does to estimators: cross-validation, caches, schemas, saving, threads.</summary>
[TestClass]
public sealed class TrainerWorkoutTests : IDisposable
{
    private const string Images = "ImageClassification", Features = "FeatureClassifier";

    private readonly ColourFolders _folders = new(9, seed: 3);
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folders.Dispose();

    [TestMethod]
    [DataRow(Images)]
    [DataRow(Features)]
    public void CrossValidate_ThreeFolds_CountsAsTheFoldsRowsDo(string name)
    {
        var folds = _ml.MulticlassClassification.CrossValidate(Data(name), Trainer(name), numberOfFolds: 3, labelColumnName: "LabelAsKey", seed: 5);
        Assert.HasCount(3, folds);
        var rows = 0;
        foreach (var fold in folds)
        {
            var truth = fold.ScoredHoldOutSet.GetColumn<uint>("LabelAsKey").ToArray();
            var predicted = fold.ScoredHoldOutSet.GetColumn<uint>("PredictedLabel").ToArray();
            rows += truth.Length;
            Assert.AreEqual(truth.Zip(predicted).Count(p => p.First == p.Second) / (double)truth.Length, fold.Metrics.MicroAccuracy, 1e-6);
            Assert.IsGreaterThan(0.4, fold.Metrics.MicroAccuracy, "a third is chance");
        }
        Assert.AreEqual(27, rows);
    }

    [TestMethod]
    [DataRow(Images)]
    [DataRow(Features)]
    public void Fit_CachedShuffledAndFilteredRows_GivesASchemaThatHoldsAndTheSameScoresFromEightThreads(string name)
    {
        var data = _ml.Data.SkipRows(_ml.Data.TakeRows(Data(name), 24), 3);
        var model = Trainer(name).Fit(_ml.Data.Cache(_ml.Data.ShuffleRows(data, seed: 2)));
        var rows = model.Transform(data);
        CollectionAssert.AreEqual(Text(model.GetOutputSchema(data.Schema)), Text(rows.Schema));
        using var zip = new TemporaryFile(".zip");
        _ml.Model.Save(model, data.Schema, zip.Path);
        var loaded = new MLContext().Model.Load(zip.Path, out _);
        CollectionAssert.AreEqual(Text(rows.Schema), Text(loaded.GetOutputSchema(data.Schema)));
        foreach (var schema in new[] { rows.Schema, loaded.GetOutputSchema(data.Schema) })
        {
            VBuffer<ReadOnlyMemory<char>> names = default, keys = default;
            schema["Score"].GetSlotNames(ref names);
            schema["LabelAsKey"].GetKeyValues(ref keys);
            CollectionAssert.AreEqual(
                keys.DenseValues().Select(k => k.ToString()).ToArray(), names.DenseValues().Select(n => n.ToString()).ToArray());
        }
        var expected = Scores(rows);
        Parallel.For(0, 8, i => CollectionAssert.AreEqual(expected, Scores((i % 2 == 0 ? model : loaded).Transform(data))));
    }

    private IEstimator<ITransformer> Trainer(string name) => name == Images
        ? _ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image", LabelColumnName = "LabelAsKey", Arch = ImageClassificationTrainer.Architecture.MobilenetV2, Epoch = 15,
            BatchSize = 8,
        })
        : _ml.MulticlassClassification.Trainers.FeatureClassifier("LabelAsKey", training: new() { Epochs = 30 });

    private IDataView Data(string name)
    {
        var data = ImageRows.Of(_ml, _folders);
        return name == Images ? data : _ml.Transforms.FeaturizeImages("mobilenetv2-7").Fit(data).Transform(data);
    }

    private static float[] Scores(IDataView rows) => [.. rows.GetColumn<float[]>("Score").SelectMany(s => s)];

    private static string[] Text(DataViewSchema schema) =>
        [.. schema.Select(c => $"{c.Name} {c.Type} {c.IsHidden} {string.Join(' ', c.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}")];
}
