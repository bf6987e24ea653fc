namespace MlNetVision.Training.Tests.Classification;

/// <summary>Checkpoints that are damaged, each in one way: it is noted, costs an epoch, and the network is that of a run that nothing happened to.</summary>
[TestClass]
public sealed class CheckpointDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly ClassifierTrainingOptions Options = new() { Epochs = 5, BatchSize = 16, Seed = 3, Threads = 1 };

    private string File => _folder.Path("head.checkpoint");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("bit")]
    [DataRow("cut")]
    [DataRow("empty")]
    [DataRow("another run's")]
    [DataRow("gone")]
    public void Resume_DamagedCheckpoint_CostsAnEpochAndGivesTheSameNetwork(string damage)
    {
        var rows = Clouds.Rows(40, seed: 1);
        var whole = HeadTrainer.Train(rows, null, 3, Options);
        using (var stop = new CancellationTokenSource())
        {
            var run = new TrainingRun { Checkpoint = File, Progress = e => { if (e.Epoch == 4) stop.Cancel(); } };
            HeadTrainer.Train(rows, null, 3, Options, run, stop.Token);
        }
        Damage(damage);
        var (notes, epochs) = (new List<string>(), new List<int>());
        var resumed = HeadTrainer.Train(
            rows, null, 3, Options, new TrainingRun { Checkpoint = File, Log = notes.Add, Progress = e => epochs.Add(e.Epoch) });
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 5 }, epochs);
        if (damage == "gone") Assert.IsEmpty(notes);
        else StringAssert.Contains(notes.Single(), "resumes from the checkpoint before it");
    }

    [TestMethod]
    public void Resume_AnyByteChanged_NeverGivesAnotherNetwork()
    {
        var rows = Clouds.Rows(12, seed: 1);
        var options = Options with { Epochs = 2 };
        var whole = HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = File }).Model.ToBytes();
        var (last, previous) = (System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes($"{File}.previous"));
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            var damaged = last.ToArray();
            // The first bytes say that it is a checkpoint; a file of another kind is refused, and another test's.
            damaged[random.Next(40, damaged.Length)] ^= (byte)(1 << random.Next(8));
            System.IO.File.WriteAllBytes(File, damaged);
            System.IO.File.WriteAllBytes($"{File}.previous", previous);
            var notes = new List<string>();
            CollectionAssert.AreEqual(whole, HeadTrainer.Train(rows, null, 3, options, new TrainingRun { Checkpoint = File, Log = notes.Add }).Model.ToBytes());
            Assert.HasCount(1, notes);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Resume_CheckpointOfOtherOptionsThatMustBeResumed_IsRefusedAndKept(bool damaged)
    {
        var rows = Clouds.Rows(40, seed: 1);
        HeadTrainer.Train(rows, null, 3, Options, new TrainingRun { Checkpoint = File });
        if (damaged) Damage("cut"); // the one before is of other options, too
        var (last, previous) = (System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes($"{File}.previous"));
        var run = new TrainingRun { Checkpoint = File, MustResume = true };
        var error = Assert.ThrowsExactly<ArgumentException>(() => HeadTrainer.Train(rows, null, 3, Options with { LearningRate = 0.5f }, run));
        StringAssert.Contains(error.Message, "other options. Nothing was changed");
        CollectionAssert.AreEqual(last, System.IO.File.ReadAllBytes(File));
        CollectionAssert.AreEqual(previous, System.IO.File.ReadAllBytes($"{File}.previous"));
    }

    [TestMethod]
    public void Train_WorkspaceInUse_IsRefusedAndFreeAfterwards()
    {
        using var train = new ColourFolders(3, 1);
        using var featurizer = MlNetVision.Classification.Featurizer.Load(TinyBackbone.Build());
        var run = new ClassifierRun { Workspace = _folder.Path("work") };
        var images = MlNetVision.Data.LabeledImages.FromFolder(train.Path);
        using (WorkspaceLock.Take(run.Workspace))
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => ClassifierTrainer.Train(featurizer, images, options: Options with { Epochs = 1 }, run: run));
            StringAssert.Contains(error.Message, "is in use by another training");
        }
        Assert.IsFalse(Directory.Exists(run.Workspace));
        ClassifierTrainer.Train(featurizer, images, options: Options with { Epochs = 1 }, run: run);
        Assert.IsEmpty(Directory.GetFiles(run.Workspace!, "*.lock"));
    }

    private void Damage(string kind)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        switch (kind)
        {
            case "bit": bytes[bytes.Length / 2] ^= 16; break;
            case "cut": bytes = bytes[..(bytes.Length / 3)]; break;
            case "empty": bytes = []; break;
            case "gone": System.IO.File.Delete(File); return;
            default:
                var other = _folder.Path("other.checkpoint");
                HeadTrainer.Train(Clouds.Rows(40, seed: 2), null, 3, Options with { Epochs = 1 }, new TrainingRun { Checkpoint = other });
                bytes = System.IO.File.ReadAllBytes(other);
                break;
        }
        System.IO.File.WriteAllBytes(File, bytes);
    }
}
