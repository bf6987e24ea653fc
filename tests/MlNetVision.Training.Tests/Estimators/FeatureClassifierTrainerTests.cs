using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Training.Tests.Classification;

namespace MlNetVision.Training.Tests.Estimators;

[TestClass]
public sealed class FeatureClassifierTrainerTests
{
    private static readonly string[] Names = ["rose, \"red\"", "tulip\nyellow", "Аster"];

    [TestMethod]
    [DataRow(ClassifierHead.Softmax)]
    [DataRow(ClassifierHead.Dense)]
    public void Fit_KeyLabels_GivesWhatEvaluateAndMapKeyToValueTake(ClassifierHead head)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows(60, 1));
        var chain = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(ml.MulticlassClassification.Trainers.FeatureClassifier(training: new() { Head = head, Epochs = 10, LearningRate = 0.02f }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        var model = chain.Fit(data);
        using var zip = new TemporaryFile(".zip");
        ml.Model.Save(model, data.Schema, zip.Path);

        var fresh = new MLContext();
        var loaded = fresh.Model.Load(zip.Path, out _);
        var test = fresh.Data.LoadFromEnumerable(Rows(30, 2));
        foreach (var transformer in new[] { model, loaded })
        {
            var scored = transformer.Transform(test);
            Assert.AreEqual(3, ((VectorDataViewType)scored.Schema["Score"].Type).Size);
            Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), scored.Schema["PredictedLabel"].Type);
            var metrics = fresh.MulticlassClassification.Evaluate(scored);
            Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
            Assert.IsLessThan(0.5, metrics.LogLoss);
            var rows = fresh.Data.CreateEnumerable<Answer>(scored, false, ignoreMissingColumns: true).ToList();
            foreach (var row in rows)
            {
                Assert.AreEqual(1, row.Score.Sum(), 1e-5f);
                Assert.AreEqual(Names[Array.IndexOf(row.Score, row.Score.Max())], row.Text);
            }
            Assert.AreEqual(metrics.MicroAccuracy, (double)rows.Count(r => r.Text == r.Name) / rows.Count, 1e-6);
        }
        CollectionAssert.AreEqual(Scores(ml, model, test), Scores(fresh, loaded, test));
    }

    [TestMethod]
    public void Fit_NumbersAsLabels_AnswersWithNumbers()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows(60, 1));
        var model = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Number))
            .Append(ml.MulticlassClassification.Trainers.FeatureClassifier(training: new() { Epochs = 10, LearningRate = 0.05f }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        var answers = model.Transform(data).GetColumn<float>("PredictedLabel").ToArray();
        var truth = data.GetColumn<float>(nameof(Row.Number)).ToArray();
        Assert.IsGreaterThan(50, answers.Zip(truth).Count(p => p.First == p.Second));
    }

    [TestMethod]
    public void Fit_LabelIsNoKeyOrFeaturesAreMissing_SaysWhatWasExpected()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows(6, 1));
        var noKey = Assert.ThrowsExactly<ArgumentException>(() => ml.MulticlassClassification.Trainers.FeatureClassifier(nameof(Row.Name)).Fit(data));
        StringAssert.Contains(noKey.Message, "MapValueToKey");
        var keyed = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name)).Fit(data).Transform(data);
        var missing = Assert.ThrowsExactly<ArgumentException>(() => ml.MulticlassClassification.Trainers.FeatureClassifier(featureColumnName: "Nothing").Fit(keyed));
        StringAssert.Contains(missing.Message, "Features");
    }

    private static float[] Scores(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<Answer>(model.Transform(data), false, ignoreMissingColumns: true).SelectMany(a => a.Score)];

    private static List<Row> Rows(int count, int seed)
    {
        var clouds = Clouds.Rows(count, seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row { Name = Names[clouds.Label(i)], Number = clouds.Label(i) * 5f, Features = clouds.Row(i).ToArray() })];
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public float Number { get; set; }

        [VectorType(10)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public string Name { get; set; } = "";

        public float[] Score { get; set; } = [];

        [ColumnName("Answer")]
        public string Text { get; set; } = "";
    }
}
