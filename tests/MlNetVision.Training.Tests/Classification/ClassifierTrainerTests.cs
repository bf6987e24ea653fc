using System.IO.Compression;
using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Tests.Classification;

[TestClass]
public sealed class ClassifierTrainerTests
{
    private static readonly ClassifierTrainingOptions Quick = new() { Epochs = 12, BatchSize = 8, LearningRate = 0.05f, Seed = 3 };

    [TestMethod]
    [DataRow(ClassifierHead.Softmax)]
    [DataRow(ClassifierHead.Dense)]
    public void Train_Folders_GivesOneNetworkThatAnswersAsMeasured(ClassifierHead head)
    {
        using var train = new ColourFolders(8, 1);
        using var valid = new ColourFolders(4, 2);
        File.WriteAllText(Path.Combine(train.Path, "green", "broken.png"), "no image");
        var trained = Train(train, valid, Quick with { Head = head });

        StringAssert.Contains(trained.Unreadable.Single().Path, "broken.png");
        Assert.IsGreaterThan(0.7, trained.Evaluation!.Accuracy);
        AssertAnswersAsMeasured(trained);
        Assert.IsFalse(trained.Model.Graph.Node.Any(n => n.OpType is "Dropout" or "BatchNormalization"));
        Assert.AreEqual("probabilities", trained.Model.Outputs.Single().Name);
    }

    [TestMethod]
    public void SaveZip_Twice_SameBytesAndMlNetLoadsIt()
    {
        using var train = new ColourFolders(5, 1);
        var trained = Train(train, train, Quick with { Epochs = 2 });
        using var first = new TemporaryFile(".zip");
        using var second = new TemporaryFile(".zip");
        trained.SaveZip(first.Path);
        Train(train, train, Quick with { Epochs = 2 }).SaveZip(second.Path);
        CollectionAssert.AreEqual(File.ReadAllBytes(first.Path), File.ReadAllBytes(second.Path));
        // Two files of one moment would be equal with its time in them, too.
        using (var zip = ZipFile.OpenRead(first.Path))
            foreach (var entry in zip.Entries) Assert.AreEqual(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime, entry.FullName);

        var ml = new MLContext();
        var model = ml.Model.Load(first.Path, out _);
        var rows = ml.Data.LoadFromEnumerable([new PathRow { ImagePath = trained.Evaluation!.Cases[0].Path }]);
        Assert.IsNotNull(model.Transform(rows).Schema.GetColumnOrNull("PredictedLabel"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Train_Unfreeze_ChangesTheBlockAndEndsNoWorse(bool augmented)
    {
        using var train = new ColourFolders(8, 1);
        using var valid = new ColourFolders(6, 2);
        var head = Train(train, valid, Quick with { Epochs = 3 });
        var tuning = new FineTuningOptions { Unfreeze = "block2", Epochs = 4, LearningRate = 0.01f, BatchSize = 8, Augmentation = augmented ? new AugmentationOptions() : null };
        var tuned = Train(train, valid, Quick with { Epochs = 3 }, tuning);

        Assert.HasCount(7, tuned.History);
        Assert.AreEqual(7, tuned.History[^1].Epoch);
        Assert.IsLessThan(tuned.History[3].TrainLoss, tuned.History[6].TrainLoss);
        Assert.IsTrue(tuned.Evaluation!.Accuracy >= head.Evaluation!.Accuracy);
        AssertAnswersAsMeasured(tuned);
        CollectionAssert.AreEqual(Weights(head, "k1"), Weights(tuned, "k1"));
        Assert.AreEqual(tuned.BestEpoch > 3, !Weights(head, "k2").SequenceEqual(Weights(tuned, "k2")));
    }

    [TestMethod]
    public void Train_CancelledWhileTuningAndResumed_GivesTheModelOfAnUnbrokenRun()
    {
        using var train = new ColourFolders(6, 1);
        using var valid = new ColourFolders(4, 2);
        using var workspace = new ColourFolders(0, 0);
        var tuning = new FineTuningOptions { Unfreeze = "block2", Epochs = 4, LearningRate = 0.01f, BatchSize = 8 };
        var unbroken = Train(train, valid, Quick with { Epochs = 2 }, tuning);
        TrainedClassifier? last = null;
        foreach (var stop in new[] { 1, 4, 99 })
        {
            using var cancellationToken = new CancellationTokenSource();
            last = Train(train, valid, Quick with { Epochs = 2 }, tuning, new ClassifierRun
            {
                Workspace = workspace.Path,
                Cache = workspace.Path,
                Progress = e =>
                {
                    if (e.Epoch == stop) cancellationToken.Cancel();
                },
            }, cancellationToken.Token);
            Assert.AreEqual(stop != 99, last.IsCancelled);
        }
        CollectionAssert.AreEqual(unbroken.Model.ToBytes(), last!.Model.ToBytes());
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("head.checkpoint")]
    [DataRow("fine-tuning.checkpoint")]
    public void Train_NamedPipeOfACheckpointsName_ThrowsAtOnceAndLeavesIt(string name)
    {
        using var train = new ColourFolders(1, 1);
        using var workspace = new ColourFolders(0, 0);
        var pipe = NamedPipe.Make(Path.Combine(workspace.Path, name));
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(train, train, Quick, run: new ClassifierRun { Workspace = workspace.Path }));
        StringAssert.Contains(error.Message, $"{pipe}: exists and is not a training checkpoint");
        ClassifierRun.Forget(workspace.Path);
        Assert.IsTrue(File.Exists(pipe));
    }

    [TestMethod]
    [DataRow("head.checkpoint")]
    [DataRow("fine-tuning.checkpoint")]
    public void Train_WorkspaceHasAnotherFileOfACheckpointsName_ThrowsBeforeAnyWorkAndLeavesIt(string name)
    {
        using var train = new ColourFolders(1, 1);
        using var workspace = new ColourFolders(0, 0);
        var mine = Path.Combine(workspace.Path, name);
        File.WriteAllText(mine, "precious");
        var worked = new List<FeatureProgress>();
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(train, train, Quick, run: new ClassifierRun { Workspace = workspace.Path, Features = new Callback(worked) }));
        StringAssert.Contains(error.Message, mine);
        Assert.IsEmpty(worked);
        ClassifierRun.Forget(workspace.Path);
        Assert.AreEqual("precious", File.ReadAllText(mine));
    }

    [TestMethod]
    public void Forget_Workspace_RemovesWhatRunsLeftAndNothingElse()
    {
        using var train = new ColourFolders(2, 1);
        using var workspace = new ColourFolders(0, 0);
        string At(string name) => Path.Combine(workspace.Path, name);
        Train(train, train, Quick with { Epochs = 1 }, run: new ClassifierRun { Workspace = workspace.Path });
        Assert.IsTrue(File.Exists(At("head.checkpoint")));
        var partial = At(".mlnetvision-0123abcd.partial");
        File.Copy(At("head.checkpoint"), partial);
        string[] mine = [At("head.checkpoint.old.partial"), At(".mlnetvision-0123ABCD.partial"), At("a.mlnetvision-0123abcd.partial"), At("precious.txt")];
        foreach (var file in mine) File.Copy(partial, file);
        ClassifierRun.Forget(workspace.Path);
        CollectionAssert.AreEquivalent(mine, Directory.GetFiles(workspace.Path));

        foreach (var file in mine) File.Delete(file);
        var link = $"{workspace.Path}-link";
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateSymbolicLink(link, workspace.Path);
        ClassifierRun.Forget(link);
        Assert.IsNotNull(new DirectoryInfo(link).LinkTarget);
        Directory.Delete(link);
    }

    [TestMethod]
    public void Train_UnfreezeOldNetworkUnderDenseHead_AnswersAsMeasured()
    {
        using var train = new ColourFolders(6, 1);
        var old = TinyBackbone.Build();
        (old.Proto.IrVersion, old.Proto.OpsetImport[0].Version) = (3, 7);
        foreach (var stored in old.Graph.Initializer) old.Graph.Input.Add(OnnxValue.Info(stored.Name, Onnx.Proto.TensorProto.Types.DataType.Float, [.. stored.Dims]));
        using var featurizer = Featurizer.Load(old);
        var set = LabeledImages.Open(train.Path);
        var trained = ClassifierTrainer.Train(featurizer, set, set, Quick with { Head = ClassifierHead.Dense, Epochs = 2 }, new FineTuningOptions { Unfreeze = "block2", Epochs = 1 });
        AssertAnswersAsMeasured(trained);
    }

    [TestMethod]
    public void Train_LabelsOfValidationDiffer_SaysSo()
    {
        using var train = new ColourFolders(2, 1);
        var set = LabeledImages.Open(train.Path);
        var other = new LabeledImages("other", ["a", "b", "c"], set.Images);
        using var featurizer = Featurizer.Load(TinyBackbone.Build());
        var error = Assert.ThrowsExactly<BadDataSetException>(() => ClassifierTrainer.Train(featurizer, set, other));
        StringAssert.Contains(error.Message, "other");
    }

    private static TrainedClassifier Train(
        ColourFolders train, ColourFolders valid, ClassifierTrainingOptions options, FineTuningOptions? tuning = null, ClassifierRun? run = null, CancellationToken cancellationToken = default)
    {
        using var featurizer = Featurizer.Load(TinyBackbone.Build());
        var set = LabeledImages.Open(train.Path);
        return ClassifierTrainer.Train(featurizer, set, LabeledImages.Open(valid.Path, set.Labels), options, tuning, run, cancellationToken);
    }

    private static void AssertAnswersAsMeasured(TrainedClassifier trained)
    {
        using var classifier = ImageClassifier.Load(trained.Model, new ImageClassifierOptions { Top = 3 });
        CollectionAssert.AreEqual(ColourFolders.Names, classifier.Labels.ToArray());
        Assert.IsFalse(classifier.AddsSoftmax);
        foreach (var measured in trained.Evaluation!.Cases)
        {
            foreach (var answer in classifier.Classify(measured.Path).Predictions)
                Assert.AreEqual(measured.Scores[answer.Index], answer.Score, 1e-5f, $"{measured.Path}, {answer.Label}");
        }
    }

    private static byte[] Weights(TrainedClassifier trained, string name) => trained.Model.Graph.Initializer.First(t => t.Name == name).RawData.ToByteArray();

    private sealed class Callback(List<FeatureProgress> list) : IProgress<FeatureProgress>
    {
        public void Report(FeatureProgress value) => list.Add(value);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
