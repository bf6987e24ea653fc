using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.MlNet;

/// <summary>The column of errors beside what the workout has of it: its name, chains that were saved before it, and trainers on such rows.</summary>
[TestClass]
public sealed class RowErrorsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public RowErrorsTests()
    {
        _image = _folder.Path("a.png");
        using var image = TestImages.Solid(12, 12, new RgbColor(200, 40, 90));
        image.Save(_image);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ErrorColumn_ChainsAfterEachOther_EachHaveTheirOwn()
    {
        var data = _ml.Data.LoadFromEnumerable([new Row { ImagePath = _folder.Path("none.png") }]);
        var chain = _ml.Transforms.ClassifyImages(TinyClassifier.Create())
            .Append(_ml.Transforms.FeaturizeImages(TinyClassifier.Create(), options: new() { Cut = "mean" }))
            .Append(_ml.Transforms.FeaturizeImages(TinyClassifier.Create(), options: new() { Cut = "mean" }));
        var rows = chain.Fit(data).Transform(data);
        string[] errors = [.. rows.Schema.Where(c => !c.IsHidden && c.Name.Contains("Error")).Select(c => c.Name)];
        CollectionAssert.AreEqual(new[] { "Error", "FeaturesError", "FeaturesError2" }, errors);
        foreach (var error in errors) StringAssert.Contains(rows.GetColumn<string>(error).Single(), "none.png");
    }

    [TestMethod]
    public void ErrorColumn_NamesThatNoFileCanHave_AreErrorsOfTheirRows()
    {
        string[] names = ["a\0b.png", new string('n', 5000) + ".png", _folder.Path(""), "  "];
        var data = _ml.Data.LoadFromEnumerable(names.Select(name => new Row { ImagePath = name }).Append(new Row { ImagePath = _image }));
        string[] errors = [.. _ml.Transforms.ClassifyImages(TinyClassifier.Create()).Fit(data).Transform(data).GetColumn<string>("Error")];
        foreach (var error in errors[..^1]) Assert.IsGreaterThan(10, error.Length, error);
        StringAssert.Contains(errors[0], @"a\0b.png");
        Assert.AreEqual("", errors[^1]);
    }

    [TestMethod]
    public void ErrorColumn_DataHasOneOfThatName_StaysAsItWas()
    {
        var data = _ml.Data.LoadFromEnumerable([new ErrorRow { ImagePath = _image, Error = "the user's" }]);
        var rows = _ml.Transforms.ClassifyImages(TinyClassifier.Create()).Fit(data).Transform(data);
        Assert.AreEqual("the user's", rows.GetColumn<string>("Error").Single());
        Assert.AreEqual("", rows.GetColumn<string>("PredictedLabelError").Single());
    }

    [TestMethod]
    public void RowErrors_NotDefined_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ClassifyImages(TinyClassifier.Create(), errors: (RowErrors)7));
        StringAssert.Contains(error.Message, "Column");
    }

    /// <summary>A file that the release before wrote: ClassifyImages of <see cref="TinyClassifier"/>, from ImagePath on.</summary>
    [TestMethod]
    public void Load_ChainSavedBeforeErrors_AnswersAndThrowsAsItDid()
    {
        var zip = Path.Combine(Shared.Repository, "tests", "MlNetVision.Tests", "MlNet", "chain-before-errors.zip");
        var chain = _ml.Model.Load(zip, out _);
        using var classifier = ImageClassifier.Load(TinyClassifier.Create());
        using var opened = ImageClassifier.Load(zip);
        var expected = classifier.Classify(_image).Scores.ToArray();
        CollectionAssert.AreEqual(expected, opened.Classify(_image).Scores.ToArray());

        var good = chain.Transform(_ml.Data.LoadFromEnumerable([new Row { ImagePath = _image }]));
        CollectionAssert.AreEqual(expected, good.GetColumn<float[]>("Score").Single());
        Assert.IsNull(good.Schema.GetColumnOrNull("Error"));
        var bad = chain.Transform(_ml.Data.LoadFromEnumerable([new Row { ImagePath = _folder.Path("none.png") }]));
        var e = Assert.Throws<Exception>(() => bad.GetColumn<float[]>("Score").Single());
        StringAssert.Contains(e.GetBaseException().Message, "none.png");
    }

    [TestMethod]
    public void Trainer_OfMlNetOnFeaturesWithARowWithoutImage_LeavesItOut()
    {
        var rows = Enumerable.Range(0, 12).Select(i => new LabelledRow { ImagePath = Painted(i), IsRed = i % 2 == 0 }).ToArray();
        LabelledRow[] more = [.. rows, new LabelledRow { ImagePath = _folder.Path("none.png"), IsRed = true }];
        CollectionAssert.AreEqual(Weights(rows), Weights(more));

        float[] Weights(LabelledRow[] given)
        {
            var data = _ml.Data.LoadFromEnumerable(given);
            var features = _ml.Transforms.FeaturizeImages(TinyClassifier.Create(), options: new() { Cut = "mean" }).Fit(data).Transform(data);
            var trained = new MLContext(seed: 1).BinaryClassification.Trainers.LbfgsLogisticRegression("IsRed").Fit(features);
            return [.. trained.Model.SubModel.Weights];
        }
    }

    /// <summary>The names come from the network's metadata, and from the saved file alone after a reload.</summary>
    [TestMethod]
    public void Score_OfAllChainsAndFiles_HasTheLabelsAsSlotNames()
    {
        string[] labels = ["red", "green", "blue"];
        var data = _ml.Data.LoadFromEnumerable([new Row { ImagePath = _image }]);
        var chain = _ml.Transforms.ClassifyImages(TinyClassifier.Create()).Fit(data);
        _ml.Model.Save(chain, data.Schema, _folder.Path("chain.zip"));
        using var classifier = ImageClassifier.Load(TinyClassifier.Create());
        classifier.SaveZip(_folder.Path("plain.zip"));
        classifier.SaveStandaloneZip(_folder.Path("standalone.zip"));
        using (var again = ImageClassifier.Load(_folder.Path("standalone.zip"))) again.SaveZip(_folder.Path("again.zip"));
        AssertNames(labels, chain);
        foreach (var zip in new[] { "chain.zip", "plain.zip", "standalone.zip", "again.zip" })
            AssertNames(labels, new MLContext().Model.Load(_folder.Path(zip), out _));
        AssertNames(labels, _ml.Transforms.ClassifyImages(TinyClassifier.Create(), errors: RowErrors.Throw).Fit(data));
        using (var renamed = ImageClassifier.Load(_folder.Path("chain.zip"), new() { Labels = ["a", "b, 'c'", "ü"] }))
            renamed.SaveZip(_folder.Path("renamed.zip"));
        AssertNames(["a", "b, 'c'", "ü"], new MLContext().Model.Load(_folder.Path("renamed.zip"), out _));

        void AssertNames(string[] expected, ITransformer loaded)
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            loaded.GetOutputSchema(data.Schema)["Score"].GetSlotNames(ref names);
            CollectionAssert.AreEqual(expected, names.DenseValues().Select(n => n.ToString()).ToArray());
            var scores = loaded.Transform(data).GetColumn<float[]>("Score").Single();
            for (var i = 0; i < scores.Length; i++) Assert.AreEqual(classifier.Classify(_image).Scores[i], scores[i], 1e-3f);
        }
    }

    private string Painted(int i)
    {
        var path = _folder.Path($"{i}.png");
        var (strong, weak) = ((byte)(150 + (7 * i)), (byte)(20 + (5 * i)));
        using var image = TestImages.Solid(12, 12, i % 2 == 0 ? new RgbColor(strong, weak, 30) : new RgbColor(weak, strong, 40));
        image.Save(path);
        return path;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ErrorRow
    {
        public string ImagePath { get; set; } = "";

        public string Error { get; set; } = "";
    }

    private sealed class LabelledRow
    {
        public string ImagePath { get; set; } = "";

        public bool IsRed { get; set; }
    }
}
