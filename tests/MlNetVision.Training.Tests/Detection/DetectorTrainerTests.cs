using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class DetectorTrainerTests
{
    private static readonly DetectorTrainingOptions Few = new() { Epochs = 3, BatchSize = 4, WarmUpSteps = 2, AverageDecay = 0.9f };

    /// <summary>A network without any chance to generalise: ten images, no augmentation, a fixed number of steps.</summary>
    [TestMethod]
    public void Train_TenImagesOfBccd_LearnsThemByHeart()
    {
        var bccd = Shared.Path("data", "bccd");
        using var folder = new TemporaryFolder();
        var ten = File.ReadLines(Path.Combine(bccd, "ImageSets", "Main", "train.txt")).Take(10).ToArray();
        foreach (var part in new[] { "Annotations", "JPEGImages", Path.Combine("ImageSets", "Main") }) Directory.CreateDirectory(folder.Path(part));
        foreach (var name in ten)
        {
            foreach (var file in new[] { Path.Combine("Annotations", $"{name}.xml"), Path.Combine("JPEGImages", $"{name}.jpg") })
                File.Copy(Path.Combine(bccd, file), folder.Path(file));
        }
        var set = DetectionDataSet.Open(folder.Path(""));
        var network = DarknetTrainingNetwork.Parse(
            SquareDetector.Region(256, 192, set.ClassNames.Count, "1.94,1.9,5,4.4,5.04,5.24,5.94,5.44,10.8,9.8"), "by heart", new() { Momentum = 0.9f });
        var trained = DetectorTrainer.Train(network, set, set, new DetectorTrainingOptions
        {
            Epochs = 200, BatchSize = 5, LearningRate = 0.004f, WeightDecay = 0, AverageDecay = 0.9f, EvaluateEvery = 200, Augmentation = DetectorAugmentation.None,
        });
        Assert.IsTrue(trained.Evaluation!.Map50 >= 0.99, $"mAP@.5 {trained.Evaluation.Map50}, {string.Join(' ', trained.Evaluation.PerClass.Select(c => $"{c.Label} {c.Ap50}"))}");
    }

    [TestMethod]
    public void Train_FewImages_FindsTheirObjects()
    {
        using var folder = new TemporaryFolder();
        var (train, validation) = (SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 24, 1)), SquareDetector.Open(SquareDetector.Draw(folder.Path("valid"), 8, 2)));
        var epochs = new List<DetectorEpoch>();
        var trained = DetectorTrainer.Train(SquareDetector.Network(), train, validation,
            Few with { Epochs = 40, LearningRate = 0.01f, Augmentation = new DetectorAugmentation { Hue = 0 } }, new DetectorRun { Epoch = epochs.Add });
        Assert.IsTrue(trained.Evaluation!.Map50 > 0.8, $"mAP@.5 {trained.Evaluation.Map50}");
        Assert.HasCount(40, epochs);
        Assert.AreEqual(epochs.Max(e => e.Map50)!.Value, trained.Evaluation.Map50!.Value, 1e-9, "the best epoch's weights are kept");
        Assert.IsTrue(epochs[^1].Losses.Total < epochs[0].Losses.Total / 3);
        // The first batch cannot be there before its turn.
        Assert.IsTrue(epochs[0].SecondsWaiting > 0);
        Assert.IsTrue(epochs.TrueForAll(e => e.SecondsWaiting <= e.Seconds));

        // The same answers from the files that a user takes away.
        trained.SaveZip(folder.Path("tiny.zip"));
        trained.SaveOnnx(folder.Path("tiny.onnx"));
        trained.SaveDarknet(folder.Path("tiny.weights"));
        string[] Found(string model)
        {
            using var detector = ObjectDetector.Load(folder.Path(model));
            return [.. validation.Images.SelectMany(i => detector.Detect(i.Path).Detections).Select(d => d.ToString())];
        }
        var expected = Found("tiny.onnx");
        Assert.AreNotEqual(0, expected.Length);
        foreach (var model in new[] { "tiny.zip", "tiny.cfg" }) CollectionAssert.AreEqual(expected, Found(model), model);
    }

    [TestMethod]
    [DataRow(1L)]
    [DataRow(4L)]
    [DataRow(6L)]
    [DataRow(11L)]
    [DataRow(17L)]
    public void Train_InterruptedAnywhere_ResumesToTheSameBytes(long stopAt)
    {
        using var folder = new TemporaryFolder();
        var (train, validation) = (SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 23, 1)), SquareDetector.Open(SquareDetector.Draw(folder.Path("valid"), 3, 2)));
        var options = Few with { Sizes = (0.7f, 1.4f) };
        var whole = DetectorTrainer.Train(SquareDetector.Network(), train, validation, options);
        using var stop = new CancellationTokenSource();
        var run = new DetectorRun
        {
            Workspace = folder.Path("work"), KeepEvery = TimeSpan.Zero, MustResume = true,
            Progress = p => { if (p.Step == stopAt) stop.Cancel(); },
        };
        var cut = DetectorTrainer.Train(SquareDetector.Network(), train, validation, options, run, stop.Token);
        Assert.IsTrue(cut.IsCancelled);
        Assert.AreEqual(stopAt, cut.Steps);

        var resumed = DetectorTrainer.Train(SquareDetector.Network(), train, validation, options, run with { Progress = null });
        Assert.AreEqual(18, resumed.Steps);
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
        Assert.AreEqual(string.Join('\n', whole.History.Select(e => e with { Seconds = 0, SecondsWaiting = 0 })), string.Join('\n', resumed.History.Select(e => e with { Seconds = 0, SecondsWaiting = 0 })));
    }

    /// <summary>The data set names its classes in another order than the detector that training starts from.</summary>
    [TestMethod]
    public void Train_StartOfOtherClassOrder_TeachesItsOwnClassesAtALowRate()
    {
        using var folder = new TemporaryFolder();
        var set = SquareDetector.Open(SquareDetector.Draw(folder.Path("images"), 12, 1));
        DetectorTrainer.Train(SquareDetector.Network(), set, null, Few with { LearningRate = 0.01f, Epochs = 40 }).SaveOnnx(folder.Path("first.onnx"));
        var turned = set.WithClasses([.. set.ClassNames.Reverse()]);
        var start = DetectorStart.Create(turned, new DetectorStartOptions { Start = folder.Path("first.onnx") });

        var trained = DetectorTrainer.Train(start, turned, options: Few with { Epochs = 1, WarmUpSteps = 0 });
        var wrong = DetectorTrainer.Train(start.Network, turned, null, Few with { Epochs = 1, WarmUpSteps = 0 });

        Assert.IsTrue(start.IsWhole);
        Assert.IsLessThan(wrong.History[0].Losses.Class / 3, trained.History[0].Losses.Class);
        using var detector = ObjectDetector.Load(trained.Model);
        CollectionAssert.AreEqual(SquareDetector.Classes, detector.Labels.ToArray());
        StringAssert.StartsWith(trained.Settings.Single(s => s.Key == "learning rate").Value, "0.0003,");
        Assert.AreEqual(0.002f, new DetectorTrainingOptions { LearningRate = 0.002f }.For(start).LearningRate);
        Assert.AreEqual(0.001f, new DetectorTrainingOptions().For(DetectorStart.Create(set)).LearningRate);
    }

    /// <summary>Stopped after the last step of an epoch, before or while it is evaluated: the evaluation comes first when it goes on.</summary>
    [TestMethod]
    [DataRow(6L)]
    [DataRow(12L)]
    [DataRow(18L)]
    public void Train_InterruptedBeforeAnEvaluation_ResumesWithIt(long stopAt)
    {
        using var folder = new TemporaryFolder();
        var (train, validation) = (SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 23, 1)), SquareDetector.Open(SquareDetector.Draw(folder.Path("valid"), 3, 2)));
        using var stop = new CancellationTokenSource();
        var run = new DetectorRun { Workspace = folder.Path("work"), MustResume = true, Progress = p => { if (p.Step == stopAt) stop.Cancel(); } };
        var cut = DetectorTrainer.Train(SquareDetector.Network(), train, validation, Few, run, stop.Token);
        Assert.IsTrue(cut.IsCancelled);
        Assert.HasCount((int)(stopAt / 6) - 1, cut.History);
        Assert.IsNull(cut.Evaluation);
        var resumed = DetectorTrainer.Train(SquareDetector.Network(), train, validation, Few, run with { Progress = null });
        var whole = DetectorTrainer.Train(SquareDetector.Network(), train, validation, Few);
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
        Assert.AreEqual(string.Join('\n', whole.History.Select(e => e with { Seconds = 0, SecondsWaiting = 0 })), string.Join('\n', resumed.History.Select(e => e with { Seconds = 0, SecondsWaiting = 0 })));
    }

    [TestMethod]
    public void Train_OtherImagesOrOptions_AreNotResumed()
    {
        using var folder = new TemporaryFolder();
        var (train, other) = (SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 8, 1)), SquareDetector.Open(SquareDetector.Draw(folder.Path("other"), 8, 3)));
        var run = new DetectorRun { Workspace = folder.Path("work"), MustResume = true };
        DetectorTrainer.Train(SquareDetector.Network(), train, null, Few, run);
        foreach (var again in new Action[]
        {
            () => DetectorTrainer.Train(SquareDetector.Network(), other, null, Few, run),
            () => DetectorTrainer.Train(SquareDetector.Network(seed: 2), train, null, Few, run),
            () => DetectorTrainer.Train(SquareDetector.Network(), train, null, Few with { LearningRate = 0.002f }, run),
            () => DetectorTrainer.Train(SquareDetector.Network(), train, null, Few with { Augmentation = DetectorAugmentation.None }, run),
        })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(again).Message, "belongs to other images");
    }

    [TestMethod]
    public void Train_FrozenLayers_StayAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var train = SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 8, 1));
        var network = SquareDetector.Network();
        var before = folder.Path("before.weights");
        network.WriteWeights(network.Model, before, 0);
        DetectorTrainer.Train(network, train, null, Few with { Freeze = "2" }).SaveDarknet(folder.Path("after.weights"));
        Dictionary<string, float[]> Read(string weights) => DarknetTrainingNetwork.Parse(network.Text, "tiny", new() { WeightsFile = weights }).Model
            .Graph.Initializer.Where(t => t.Name.StartsWith("layer_", StringComparison.Ordinal)).ToDictionary(t => t.Name, t => Onnx.TensorData.Floats(t).ToArray());
        var (first, last) = (Read(before), Read(folder.Path("after.weights")));
        foreach (var layer in network.Layers)
        {
            foreach (var tensor in layer.Parameters.Concat(layer.Statistics))
                Assert.AreEqual(layer.Number < 2, first[tensor].AsSpan().SequenceEqual(last[tensor]), tensor);
        }
    }

    [TestMethod]
    public void Train_UnreadableImage_IsLeftOut()
    {
        using var folder = new TemporaryFolder();
        var list = SquareDetector.Draw(folder.Path("train"), 6, 1);
        var set = SquareDetector.Open(list);
        var cut = set.Images[2].Path;
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..200]);
        var trained = DetectorTrainer.Train(SquareDetector.Network(), set, null, Few);
        Assert.AreEqual(cut, trained.Unreadable.Single().Path);
        StringAssert.Contains(trained.Unreadable[0].Error, cut);
    }

    [TestMethod]
    public void Train_OtherClassesOrHighRate_IsRefusedInWords()
    {
        using var folder = new TemporaryFolder();
        var train = SquareDetector.Open(SquareDetector.Draw(folder.Path("train"), 6, 1));
        var network = DarknetTrainingNetwork.Parse(SquareDetector.Region(64, 48, 3, "1,1", 4), "three");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => DetectorTrainer.Train(network, train, null, Few)).Message, "3 classes");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DetectorTrainer.Train(SquareDetector.Network(), train, null,
            Few with { LearningRate = 1e30f, MostGradientNorm = null, WarmUpSteps = 0, Epochs = 20 })).Message, "is not a number");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DetectorTrainer.Train(SquareDetector.Network(), train, null, Few with { Freeze = "99" })).Message, "layer_00_convolutional");
    }
}
