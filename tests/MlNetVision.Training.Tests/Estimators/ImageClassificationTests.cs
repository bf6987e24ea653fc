using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Data;
using MlNetVision.Training.Tests.Classification;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

[TestClass]
public sealed class ImageClassificationTests
{
    [TestMethod]
    public void Fit_RawImageBytes_GivesWhatEvaluateAndMapKeyToValueTakeAndLoadsInAFreshContext()
    {
        using var folders = new ColourFolders(10, 1);
        using var network = new TemporaryFile(".onnx");
        TinyBackbone.Build().Save(network.Path);
        var ml = new MLContext(1);
        var data = ImageRows.Of(ml, folders);
        var told = new List<ImageClassificationTrainer.ImageClassificationMetrics>();
        var options = new ImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image", LabelColumnName = "LabelAsKey", Featurizer = network.Path, Epoch = 15, BatchSize = 8, LearningRate = 0.05f,
            LearningRateScheduler = null, EarlyStoppingCriteria = new(minDelta: 0, patience: 15), MetricsCallback = told.Add, ValidationSetFraction = 0.2f,
        };
        var chain = ml.MulticlassClassification.Trainers.ImageClassification(options)
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        var model = chain.Fit(data);
        using var zip = new TemporaryFile(".zip");
        ml.Model.Save(model, data.Schema, zip.Path);

        var fresh = new MLContext();
        var loaded = fresh.Model.Load(zip.Path, out _);
        var scored = loaded.Transform(data);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), scored.Schema["PredictedLabel"].Type);
        var metrics = fresh.MulticlassClassification.Evaluate(scored, "LabelAsKey");
        Assert.IsGreaterThan(0.7, metrics.MicroAccuracy);
        var answers = scored.GetColumn<string>("Answer").ToArray();
        var truth = scored.GetColumn<string>("Label").ToArray();
        Assert.AreEqual(metrics.MicroAccuracy, answers.Zip(truth).Count(p => p.First == p.Second) / (double)truth.Length, 1e-6);
        CollectionAssert.AreEqual(Scores(model.Transform(data)), Scores(scored));

        Assert.AreEqual(30, told.Count(m => m.Bottleneck is not null));
        Assert.HasCount(24, told.Where(m => m.Bottleneck?.DatasetUsed == ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Train));
        Assert.AreEqual(15, told.Count(m => m.Train?.DatasetUsed == ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Validation));
    }

    [TestMethod]
    public void ImageClassification_LabelColumnNotThere_NamesItAndTheColumns()
    {
        using var folders = new ColourFolders(1, 1);
        var ml = new MLContext(1);
        var trainer = ml.MulticlassClassification.Trainers.ImageClassification("Labels", "Image");
        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(ImageRows.Of(ml, folders)));
        StringAssert.Contains(error.Message, "'Labels'");
        StringAssert.Contains(error.Message, "LabelAsKey");
    }

    [TestMethod]
    public void Fit_Workspace_KeepsFeaturesAndTheNetwork()
    {
        using var folders = new ColourFolders(4, 1);
        using var workspace = new ColourFolders(0, 0);
        using var network = new TemporaryFile(".onnx");
        TinyBackbone.Build().Save(network.Path);
        var ml = new MLContext(1);
        var data = ImageRows.Of(ml, folders);
        byte[] Run(bool reuse)
        {
            var told = 0;
            ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
            {
                FeatureColumnName = "Image", LabelColumnName = "LabelAsKey", Featurizer = network.Path, Epoch = 2, WorkspacePath = workspace.Path,
                ReuseTrainSetBottleneckCachedValues = reuse, ValidationSet = data, MetricsCallback = m => told += m.Bottleneck is null ? 0 : 1,
            }).Fit(data);
            Assert.AreEqual(reuse, told < 3);
            return File.ReadAllBytes(Directory.GetFiles(workspace.Path, "custom_retrained_model_based_on_*.onnx").Single());
        }
        CollectionAssert.AreEqual(Run(reuse: false), Run(reuse: true));
        Assert.IsEmpty(Directory.GetFiles(workspace.Path, "*.checkpoint"));
        Assert.IsEmpty(Directory.GetDirectories(workspace.Path, "images-*"));
    }

    /// <summary>Both sets have 6 images; where all of a set are kept, that is told once, and else each image that went through the network.</summary>
    [TestMethod]
    [DataRow(false, false, 6, 6)]
    [DataRow(true, false, 1, 6)]
    [DataRow(false, true, 6, 1)]
    [DataRow(true, true, 1, 1)]
    public void Fit_FeaturesOfEitherSetKept_AreReusedAsAskedAndGiveTheSameModel(bool reuseTrain, bool reuseValidation, int toldTrain, int toldValidation)
    {
        using var runs = new WorkspaceRuns();
        var first = runs.Fit(reuseTrain, reuseValidation);
        Assert.AreEqual((6, 6), (first.Train, first.Validation));
        var second = runs.Fit(reuseTrain, reuseValidation);
        Assert.AreEqual((toldTrain, toldValidation), (second.Train, second.Validation));
        CollectionAssert.AreEqual(first.Model, second.Model);
        AssertEqual(first.Scores, second.Scores);
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(runs.Folder, "train features"), "*.features"));
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(runs.Folder, "validation features"), "*.features"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_ImagesChangedUnderTheirNames_AreNotAnsweredFromWhatWasKept(bool validation)
    {
        using var runs = new WorkspaceRuns();
        runs.Fit(true, true);
        ColourFolders changed = validation ? runs.Validation : runs.Train, other = validation ? runs.Train : runs.Validation;
        var (to, from) = (LabeledImages.Open(changed.Path).Images[0].Path, LabeledImages.Open(other.Path).Images[^1].Path);
        File.WriteAllBytes(to, [.. File.ReadAllBytes(from), 0]); // bytes behind an image's end: the same image, other content
        var reused = runs.Fit(true, true);
        // Five of the set are kept, which is told once, and one is new.
        Assert.AreEqual((validation ? 1 : 2, validation ? 2 : 1), (reused.Train, reused.Validation));
        var anew = runs.Fit(false, false);
        CollectionAssert.AreEqual(anew.Model, reused.Model);
        AssertEqual(anew.Scores, reused.Scores);
    }

    [TestMethod]
    public void Fit_ImageInBothSets_GoesThroughTheNetworkOnce()
    {
        using var runs = new WorkspaceRuns();
        var shared = LabeledImages.Open(runs.Train.Path).Images[0].Path;
        File.Copy(shared, LabeledImages.Open(runs.Validation.Path).Images[0].Path, overwrite: true);
        var told = runs.Fit(false, false);
        Assert.AreEqual((6, 5), (told.Train, told.Validation));
        Assert.HasCount(6, told.Scores);
    }

    [TestMethod]
    public void Fit_PartHeldBack_IsKeptAndReusedAsAValidationSet()
    {
        using var runs = new WorkspaceRuns();
        var first = runs.Fit(true, true, heldBack: 0.5f);
        Assert.AreEqual((3, 3), (first.Train, first.Validation));
        var second = runs.Fit(true, true, heldBack: 0.5f);
        Assert.AreEqual((1, 1), (second.Train, second.Validation));
        AssertEqual(first.Scores, second.Scores);
    }

    [TestMethod]
    public void Schedulers_ByStep_FollowTheirFormulas()
    {
        var exponential = new ExponentialLRDecay(0.01f, 2, 0.5f).CreateRates(10, 5);
        Assert.AreEqual(0.01f, exponential.At(9));
        Assert.AreEqual(0.005f, exponential.At(10));
        var polynomial = new PolynomialLRDecay(0.01f, 2, 0.001f, 2).CreateRates(10, 5);
        Assert.AreEqual(0.001f + (0.009f * 0.25f), polynomial.At(5), 1e-7f);
        Assert.AreEqual(0.001f, polynomial.At(50), 1e-7f);
        Assert.AreEqual(0.001f + (0.009f * 0.0625f), new PolynomialLRDecay(0.01f, 2, 0.001f, 2, cycle: true).CreateRates(10, 5).At(15), 1e-7f);
        var lsr = new LsrDecay([new(4, 0.1f), new(0, 1)], 0.128f).CreateRates(10, 5);
        Assert.AreEqual(0.01f, lsr.At(19), 1e-7f);
        Assert.AreEqual(0.001f, lsr.At(20), 1e-7f);
        var usual = new LsrDecay(0.128f).CreateRates(10, 1);
        foreach (var (epoch, factor) in new[] { (0, 1f), (90, 1f), (91, 0.1f), (135, 0.1f), (136, 0.01f), (181, 0.01f), (182, 0.0001f) })
            Assert.AreEqual(0.01f * factor, usual.At(epoch), 1e-9f, $"epoch {epoch}");
    }

    [TestMethod]
    public void ShouldStop_LossThatStays_EndsAfterThePatience()
    {
        var stopping = new ImageClassificationTrainer.EarlyStopping(0.01f, 2, ImageClassificationTrainer.EarlyStoppingMetric.Loss);
        Assert.IsFalse(stopping.CheckIncreasing);
        bool[] stops = [.. new[] { 1f, 0.5f, 0.5f, 0.495f }.Select(loss => stopping.ShouldStop(new ImageClassificationTrainer.TrainMetrics { CrossEntropy = loss }))];
        CollectionAssert.AreEqual(new[] { false, false, false, true }, stops);
    }

    private static void AssertEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++) CollectionAssert.AreEqual(expected[i], actual[i], $"image {i}");
    }

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score").SelectMany(s => s)];
}
