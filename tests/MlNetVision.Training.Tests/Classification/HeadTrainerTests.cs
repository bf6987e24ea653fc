using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Tests.Classification;

[TestClass]
public sealed class HeadTrainerTests
{
    [TestMethod]
    [DataRow(ClassifierHead.Softmax)]
    [DataRow(ClassifierHead.Dense)]
    public void Train_ThreeClouds_TellsThemApartAndExportsWhatItMeasured(ClassifierHead head)
    {
        var validation = Clouds.Rows(30, seed: 2);
        var trained = HeadTrainer.Train(Clouds.Rows(120, seed: 1), validation, 3, Options(head));
        Assert.IsGreaterThan(0.9f, trained.History[trained.BestEpoch - 1].ValidationAccuracy!.Value);
        Assert.IsLessThan(trained.History[0].TrainLoss, trained.History[^1].TrainLoss);

        var answers = Ask(trained.Model, validation);
        for (var row = 0; row < validation.Count; row++)
        {
            var difference = TensorPrimitives.Distance<float>(answers[row], trained.ValidationScores![row]);
            Assert.IsLessThan(1e-5f, difference, $"row {row}");
        }
        var right = answers.Where((scores, row) => Array.IndexOf(scores, scores.Max()) == validation.Label(row)).Count();
        Assert.AreEqual(trained.History[trained.BestEpoch - 1].ValidationAccuracy!.Value, (float)right / validation.Count);
    }

    [TestMethod]
    public void Train_SoftmaxByGradientDescent_StepsAsTheFormula()
    {
        // One batch an epoch, from zeros: w ← −η·Σ (p − y)·xᵀ / n with p = 1/3, on rows whose length is 16 by root mean square; the
        // exported weights are multiplied by that scale once more.
        var rows = Clouds.Rows(12, seed: 5);
        var options = new ClassifierTrainingOptions { Optimizer = TrainingOptimizer.Sgd, Epochs = 1, BatchSize = 12, LearningRate = 0.1f, Seed = 4 };
        var scale = 16 / Math.Sqrt(Enumerable.Range(0, 12).Average(i => rows.Row(i).ToArray().Sum(v => (double)v * v)));
        var weights = new double[3 * rows.Columns];
        for (var i = 0; i < rows.Count; i++)
        {
            var x = rows.Row(i).ToArray();
            for (var c = 0; c < 3; c++)
                for (var j = 0; j < x.Length; j++) weights[(c * x.Length) + j] -= 0.1 * (1 / 3.0 - (rows.Label(i) == c ? 1 : 0)) * x[j] * scale * scale / rows.Count;
        }
        var trained = Floats(HeadTrainer.Train(rows, null, 3, options).Model, 0);
        for (var i = 0; i < weights.Length; i++) Assert.AreEqual(weights[i], trained[i], 1e-5, $"weight {i}");
    }

    [TestMethod]
    [DataRow(ClassifierHead.Softmax)]
    [DataRow(ClassifierHead.Dense)]
    public void Train_StoppedAndResumed_GivesTheBytesOfAnUnbrokenRun(ClassifierHead head)
    {
        var (rows, validation) = (Clouds.Rows(50, seed: 1), Clouds.Rows(20, seed: 2));
        var unbroken = HeadTrainer.Train(rows, validation, 3, Options(head));
        using var file = new TemporaryFile(".checkpoint");
        TrainedHead? last = null;
        foreach (var stop in new[] { 2, 5, 99 })
        {
            using var cancellationToken = new CancellationTokenSource();
            last = HeadTrainer.Train(rows, validation, 3, Options(head), new TrainingRun
            {
                Checkpoint = file.Path,
                Progress = epoch =>
                {
                    if (epoch.Epoch == stop) cancellationToken.Cancel();
                },
            }, cancellationToken.Token);
            Assert.AreEqual(stop != 99, last.IsCancelled);
        }
        CollectionAssert.AreEqual(unbroken.Model.ToBytes(), last!.Model.ToBytes());
        CollectionAssert.AreEqual(unbroken.History.Select(h => h with { Seconds = 0 }).ToArray(), last.History.Select(h => h with { Seconds = 0 }).ToArray());
    }

    [TestMethod]
    public void Train_TwoSeeds_DifferAndRepeat()
    {
        var rows = Clouds.Rows(30, seed: 1);
        byte[] Run(int seed) => HeadTrainer.Train(rows, null, 3, Options(ClassifierHead.Dense) with { Seed = seed, Epochs = 2 }).Model.ToBytes();
        CollectionAssert.AreEqual(Run(1), Run(1));
        CollectionAssert.AreNotEqual(Run(1), Run(2));
    }

    [TestMethod]
    public void Train_CheckpointOfOtherOptions_StartsAnewAndSaysSo()
    {
        var rows = Clouds.Rows(30, seed: 1);
        using var file = new TemporaryFile(".checkpoint");
        HeadTrainer.Train(rows, null, 3, Options(ClassifierHead.Softmax) with { Epochs = 2 }, new TrainingRun { Checkpoint = file.Path });
        var notes = new List<string>();
        var options = Options(ClassifierHead.Softmax) with { Epochs = 2, LearningRate = 0.5f };
        var trained = HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = file.Path, Log = notes.Add });
        StringAssert.Contains(notes.Single(), file.Path);
        CollectionAssert.AreEqual(HeadTrainer.Train(rows, null, 3, options).Model.ToBytes(), trained.Model.ToBytes());
    }

    [TestMethod]
    public void Train_CheckpointCutShort_ResumesFromTheOneBeforeAndSaysSo()
    {
        var rows = Clouds.Rows(30, seed: 1);
        using var file = new TemporaryFile(".checkpoint");
        var options = Options(ClassifierHead.Softmax) with { Epochs = 2 };
        var whole = HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = file.Path });
        File.WriteAllBytes(file.Path, File.ReadAllBytes(file.Path)[..^40]);
        var notes = new List<string>();
        var trained = HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = file.Path, Log = notes.Add });
        File.Delete($"{file.Path}.previous");
        StringAssert.Contains(notes.Single(), "resumes from the checkpoint before it");
        CollectionAssert.AreEqual(whole.Model.ToBytes(), trained.Model.ToBytes());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Train_CheckpointIsAFileOfTheUsers_ThrowsAndLeavesIt(bool startAnew)
    {
        using var file = new TemporaryFile(".onnx");
        File.WriteAllText(file.Path, "precious");
        var error = Assert.ThrowsExactly<ArgumentException>(() => HeadTrainer.Train(
            Clouds.Rows(30, seed: 1), null, 3, Options(ClassifierHead.Softmax), new TrainingRun { Checkpoint = file.Path, StartAnew = startAnew }));
        StringAssert.Contains(error.Message, file.Path);
        Assert.AreEqual("precious", File.ReadAllText(file.Path));
    }

    [TestMethod]
    public void Train_CheckpointCannotBeWritten_GoesOnAndSaysSo()
    {
        var rows = Clouds.Rows(30, seed: 1);
        using var file = new TemporaryFile("");
        File.WriteAllText(file.Path, "a file, where a folder would have to be");
        var notes = new List<string>();
        var options = Options(ClassifierHead.Softmax) with { BatchSize = 1_000_000 };
        var trained = HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = Path.Combine(file.Path, "a.checkpoint"), Log = notes.Add });
        Assert.HasCount(options.Epochs, trained.History);
        StringAssert.Contains(notes.Single(), "a.checkpoint");
    }

    [TestMethod]
    public void Train_NothingImproves_StopsAfterThePatience()
    {
        // Labels by chance: the loss of validation rows rises sooner or later.
        var random = new Random(3);
        LabeledFeatures Noise(int count) => new(
            [.. Enumerable.Range(0, count).Select(_ => (ReadOnlyMemory<float>)Enumerable.Range(0, 20).Select(_ => random.NextSingle()).ToArray())],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(3))]);
        var options = new ClassifierTrainingOptions
        {
            Epochs = 400, LearningRate = 0.05f, KeepBestBy = WatchedMetric.Loss, EarlyStopping = new EarlyStopping { Metric = WatchedMetric.Loss, Patience = 3 },
        };
        var trained = HeadTrainer.Train(Noise(60), Noise(30), 3, options);
        Assert.IsLessThan(400, trained.History.Count);
        Assert.AreEqual(trained.BestEpoch + 3, trained.History.Count);
    }

    [TestMethod]
    public void Train_CancelledAtOnce_Throws() => Assert.ThrowsExactly<OperationCanceledException>(
        () => HeadTrainer.Train(Clouds.Rows(30, seed: 1), null, 3, cancellationToken: new CancellationToken(canceled: true)));

    [TestMethod]
    public void Train_BadOptions_SaysWhatWasExpected()
    {
        var rows = Clouds.Rows(10, seed: 1);
        foreach (var options in new ClassifierTrainingOptions[]
        {
            new() { Epochs = 0 }, new() { BatchSize = 0 }, new() { LearningRate = 0 }, new() { LabelSmoothing = 1 }, new() { ClassWeights = [1, 2] },
            new() { ClassWeights = [1, 0, 1] }, new() { WarmUpEpochs = 30 }, new() { EarlyStopping = new EarlyStopping { Patience = 0 } },
        })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => HeadTrainer.Train(rows, null, 3, options));
            StringAssert.Contains(error.Message, "expected");
        }
        Assert.ThrowsExactly<ArgumentException>(() => HeadTrainer.Train(rows, null, 2));
    }

    private static ClassifierTrainingOptions Options(ClassifierHead head) => new() { Head = head, Epochs = 8, BatchSize = 16, LearningRate = 0.02f, Seed = 7 };

    private static float[] Floats(OnnxModel model, int index) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(model.Graph.Initializer[index].RawData.Span).ToArray();

    private static float[][] Ask(OnnxModel model, LabeledFeatures rows)
    {
        using var session = new InferenceSession(model.ToBytes());
        return [.. Enumerable.Range(0, rows.Count).Select(i =>
        {
            using var input = OrtValue.CreateTensorValueFromMemory(rows.Row(i).ToArray(), [1, rows.Columns]);
            using var run = new RunOptions();
            using var answer = session.Run(run, ["features"], [input], ["probabilities"]);
            return answer[0].GetTensorDataAsSpan<float>().ToArray();
        })];
    }
}
