using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Training.Tests.Classification;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>
/// Programs of the shape that Microsoft.ML.Vision's samples have, with <c>using MlNetVision.Training.Vision</c> in place of
/// <c>Microsoft.ML.Vision</c> and <c>Microsoft.ML.Trainers</c>. The networks are those of <see cref="ModelFolderOfTests"/>.
/// </summary>
[TestClass]
public sealed class PublishedSamplesTests : IDisposable
{
    private readonly ColourFolders _folders = new(10, seed: 1);
    private readonly TemporaryFile _zip = new(".zip");
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose()
    {
        _folders.Dispose();
        _zip.Dispose();
    }

    /// <summary>The short overload; a prediction for bytes in memory.</summary>
    [TestMethod]
    public void Defaults_ColumnNamesAlone_TrainEvaluateSaveLoadAndPredict()
    {
        var data = ByValue("Label").Fit(Shuffled()).Transform(Shuffled());
        var split = _ml.Data.TrainTestSplit(data, testFraction: 0.2, seed: 1);
        var pipeline = _ml.MulticlassClassification.Trainers.ImageClassification(featureColumnName: "Image", validationSet: split.TestSet)
            .Append(_ml.Transforms.Conversion.MapKeyToValue(outputColumnName: "PredictedLabel", inputColumnName: "PredictedLabel"));
        AssertPredicts(pipeline.Fit(split.TrainSet), data, "Label");
    }

    /// <summary>All options of the samples; the label under another name, and the architectures that they say may be taken.</summary>
    [TestMethod]
    [DataRow(ImageClassificationTrainer.Architecture.ResnetV2101)]
    [DataRow(ImageClassificationTrainer.Architecture.MobilenetV2)]
    [DataRow(ImageClassificationTrainer.Architecture.ResnetV250)]
    public void Options_ArchitecturesOfTheSamples_TrainEvaluateSaveLoadAndPredict(ImageClassificationTrainer.Architecture arch)
    {
        var data = ByValue("LabelAsKey").Fit(Shuffled()).Transform(Shuffled());
        var split = _ml.Data.TrainTestSplit(data, testFraction: 0.2, seed: 1);
        var lines = new List<string>();
        using var workspace = new TemporaryFolder();
        var options = new ImageClassificationTrainer.Options()
        {
            FeatureColumnName = "Image",
            LabelColumnName = "LabelAsKey",
            ScoreColumnName = "Score",
            PredictedLabelColumnName = "PredictedLabel",
            Arch = arch,
            Epoch = 12,
            BatchSize = 10,
            LearningRate = 0.01f,
            EarlyStoppingCriteria = new ImageClassificationTrainer.EarlyStopping(
                minDelta: 0.001f, patience: 20, metric: ImageClassificationTrainer.EarlyStoppingMetric.Loss),
            MetricsCallback = (metrics) => lines.Add($"{metrics}"),
            ValidationSet = split.TestSet,
            TestOnTrainSet = false,
            ReuseTrainSetBottleneckCachedValues = true,
            ReuseValidationSetBottleneckCachedValues = true,
            TrainSetBottleneckCachedValuesFileName = "train.csv",
            ValidationSetBottleneckCachedValuesFileName = "validation.csv",
            FinalModelPrefix = "sample_",
            WorkspacePath = workspace.Path("workspace"),
        };
        var pipeline = _ml.MulticlassClassification.Trainers.ImageClassification(options)
            .Append(_ml.Transforms.Conversion.MapKeyToValue(outputColumnName: "PredictedLabel", inputColumnName: "PredictedLabel"));
        AssertPredicts(pipeline.Fit(split.TrainSet), data, "LabelAsKey");
        Assert.HasCount(12, lines.Where(l => l.StartsWith("Phase: Training", StringComparison.Ordinal)));
        Assert.HasCount(30, lines.Where(l => l.StartsWith("Phase: Bottleneck Computation", StringComparison.Ordinal)));
        Assert.HasCount(1, Directory.GetFiles(workspace.Path("workspace"), "sample_*.onnx"));
    }

    /// <summary>Bytes are loaded within the pipeline; the rate falls by the linear scaling rule; the answer is a key.</summary>
    [TestMethod]
    public void Options_LoadingInThePipelineAndAScheduler_PredictsKeys()
    {
        var rows = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Shuffled()).Transform(Shuffled());
        var pipeline = _ml.Transforms.LoadRawImageBytes("Image", _folders.Path, "ImagePath")
            .Append(_ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
            {
                FeatureColumnName = "Image", Arch = ImageClassificationTrainer.Architecture.MobilenetV2, Epoch = 12, BatchSize = 10,
                LearningRateScheduler = new LsrDecay(),
            }));
        _ml.Model.Save(pipeline.Fit(rows), rows.Schema, _zip.Path);
        DataViewSchema schema;
        ITransformer loaded;
        using (var file = File.OpenRead(_zip.Path)) loaded = _ml.Model.Load(file, out schema);

        VBuffer<ReadOnlyMemory<char>> keys = default;
        loaded.GetOutputSchema(schema)["Label"].GetKeyValues(ref keys);
        string[] labels = [.. keys.DenseValues().Select(k => k.ToString())];
        CollectionAssert.AreEquivalent(ColourFolders.Names, labels);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        loaded.GetOutputSchema(schema)["Score"].GetSlotNames(ref slots);
        CollectionAssert.AreEqual(labels, slots.DenseValues().Select(k => k.ToString()).ToArray());

        var engine = _ml.Model.CreatePredictionEngine<PathOfImage, KeyPrediction>(loaded);
        foreach (var image in Images())
        {
            var prediction = engine.Predict(new PathOfImage { ImagePath = image.ImagePath });
            Assert.AreEqual((uint)Array.IndexOf(prediction.Score, prediction.Score.Max()) + 1, prediction.PredictedLabel);
        }
    }

    [TestMethod]
    [DataRow(ImageClassificationTrainer.Architecture.InceptionV3, "InceptionV3: the catalogue has no network of this architecture, and there is no ",
        "inception-v3.onnx", "`mlnetvision model pull resnet50-v2-7`")]
    [DataRow(ImageClassificationTrainer.Architecture.Vgg16, "vgg16-7: not downloaded yet", "", "`mlnetvision model pull vgg16-7`")]
    public void Options_NetworkNotAtHand_SaysTheCommandAndTakesNoOther(
        ImageClassificationTrainer.Architecture arch, string start, string file, string command)
    {
        var data = ByValue("Label").Fit(Shuffled()).Transform(Shuffled());
        var options = new ImageClassificationTrainer.Options { FeatureColumnName = "Image", Arch = arch };
        var trainer = _ml.MulticlassClassification.Trainers.ImageClassification(options);
        var message = Assert.ThrowsExactly<BadModelException>(() => trainer.Fit(data)).Message;
        StringAssert.StartsWith(message, start);
        StringAssert.Contains(message, file);
        StringAssert.Contains(message, command);
        options.Featurizer = "mobilenetv2-7";
        options.Epoch = 1;
        Assert.IsNotNull(trainer.Fit(data), "another one by an option");
    }

    private EstimatorChain<ImageLoadingTransformer> ByValue(string label) => _ml.Transforms.Conversion
        .MapValueToKey(outputColumnName: label, inputColumnName: "Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
        .Append(_ml.Transforms.LoadRawImageBytes(outputColumnName: "Image", imageFolder: _folders.Path, inputColumnName: "ImagePath"));

    private IDataView Shuffled() => _ml.Data.ShuffleRows(_ml.Data.LoadFromEnumerable(Images()), seed: 2);

    private IEnumerable<ImageData> Images() => Directory.GetFiles(_folders.Path, "*", SearchOption.AllDirectories).Order()
        .Select(file => new ImageData { ImagePath = file, Label = Directory.GetParent(file)!.Name });

    /// <summary>Compares the metrics with a count of the rows, and the loaded model's predictions of bytes with the fitted one's.</summary>
    private void AssertPredicts(TransformerChain<KeyToValueMappingTransformer> trained, IDataView data, string label)
    {
        var scored = trained.Transform(data);
        var metrics = _ml.MulticlassClassification.Evaluate(scored, labelColumnName: label, predictedLabelColumnName: "PredictedLabel");
        var predicted = scored.GetColumn<string>("PredictedLabel").ToArray();
        var paths = data.GetColumn<string>("ImagePath").ToArray();
        var correct = paths.Zip(predicted).Count(p => Directory.GetParent(p.First)!.Name == p.Second);
        Assert.AreEqual((double)correct / paths.Length, metrics.MicroAccuracy, 1e-6);
        Assert.IsGreaterThan(0.5, metrics.MicroAccuracy, "a third is chance");

        _ml.Model.Save(trained, data.Schema, _zip.Path);
        var engine = _ml.Model.CreatePredictionEngine<InMemoryImageData, ImagePrediction>(_ml.Model.Load(_zip.Path, out _));
        var scores = scored.GetColumn<float[]>("Score").ToArray();
        for (var i = 0; i < paths.Length; i++)
        {
            var prediction = engine.Predict(new InMemoryImageData { Image = File.ReadAllBytes(paths[i]) });
            Assert.AreEqual(predicted[i], prediction.PredictedLabel);
            CollectionAssert.AreEqual(scores[i], prediction.Score);
        }
    }

    // Fields, as in the samples.
    private sealed class ImageData
    {
        [LoadColumn(0)]
        public string ImagePath = "";

        [LoadColumn(1)]
        public string Label = "";
    }

    private sealed class InMemoryImageData
    {
        [LoadColumn(0)]
        public byte[] Image = [];

        [LoadColumn(1)]
        public string Label = "";
    }

    private sealed class ImagePrediction
    {
        [ColumnName("Score")]
        public float[] Score = [];

        [ColumnName("PredictedLabel")]
        public string PredictedLabel = "";
    }

    private sealed class PathOfImage
    {
        public string ImagePath = "";

        public string Label = "";
    }

    private sealed class KeyPrediction
    {
        [ColumnName("Score")]
        public float[] Score = [];

        [ColumnName("PredictedLabel")]
        public uint PredictedLabel { get; set; }
    }
}
