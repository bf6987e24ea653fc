using MlNetVision.Classification;
using MlNetVision.Stress.Drawn;
using MlNetVision.Training;
using SkiaSharp;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>The files that training keeps: checkpoints and caches of features. They are our own, but disks and crashes damage them.</summary>
internal static class TrainingTargets
{
    private const double SessionShare = 0.05;

    public static IEnumerable<FuzzTarget> All =>
    [
        new("checkpoint", "checkpoints of training, resumed", "checkpoint", Checkpoints, Resume) { Refusals = [typeof(ArgumentException)], Share = SessionShare },
        new("features", "caches of features", "features", () => [Cache()], Extract) { Share = SessionShare },
    ];

    private static readonly ClassifierTrainingOptions Options = new() { Epochs = 3, BatchSize = 8, Threads = 1 };

    private static TrainedHead Train(string checkpoint, Action<EpochMetrics>? progress = null) =>
        HeadTrainer.Train(Rows(12, 1), Rows(6, 2), 3, Options, new() { Checkpoint = checkpoint, Progress = progress });

    private static LabeledFeatures Rows(int count, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<float>)Enumerable.Range(0, 4).Select(c => (c == i % 3 ? 1 : 0) + random.NextSingle()).ToArray())],
            [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    /// <summary>The checkpoint after each epoch.</summary>
    private static List<byte[]> Checkpoints()
    {
        using var sandbox = new Sandbox();
        var kept = new List<byte[]>();
        Train(sandbox["run.checkpoint"], _ =>
        {
            if (File.Exists(sandbox["run.checkpoint"])) kept.Add(File.ReadAllBytes(sandbox["run.checkpoint"]));
        });
        return kept;
    }

    /// <summary>Damage costs epochs, never a wrong result.</summary>
    private static Action<byte[]> Resume(Sandbox sandbox)
    {
        var expected = Train(sandbox["unbroken.checkpoint"]).Model.ToBytes();
        return bytes =>
        {
            // Files of earlier generations must not answer for this one.
            foreach (var file in Directory.EnumerateFiles(sandbox.Root)) File.Delete(file);
            var head = Train(sandbox.Write("run.checkpoint", bytes));
            if (!head.Model.ToBytes().AsSpan().SequenceEqual(expected)) throw new WrongResultException("another network than that of the unbroken run");
        };
    }

    private static Featurizer Network() => Featurizer.Load(TinyModels.Backbone());

    private static byte[] Cache()
    {
        using var sandbox = new Sandbox();
        using var featurizer = Network();
        using var rows = new BottleneckCache(sandbox["cache"]).Extract(featurizer, Images(sandbox));
        return File.ReadAllBytes(Directory.EnumerateFiles(sandbox["cache"], "*.features").Single());
    }

    private static string[] Images(Sandbox sandbox) =>
        [.. Enumerable.Range(8, 3).Select(i => sandbox.Write(FormattableString.Invariant($"{i}.png"), DrawnImages.Encode(i, i, SKEncodedImageFormat.Png)))];

    /// <summary>Damage costs time, never a wrong row.</summary>
    private static Action<byte[]> Extract(Sandbox sandbox)
    {
        var featurizer = Network();
        var images = Images(sandbox);
        float[][] expected;
        string name;
        using (var rows = new BottleneckCache(sandbox["cache"]).Extract(featurizer, images)) expected = [.. Enumerable.Range(0, images.Length).Select(i => rows.Row(i).ToArray())];
        name = Directory.EnumerateFiles(sandbox["cache"], "*.features").Single();
        return bytes =>
        {
            File.Delete(name);
            File.WriteAllBytes(name, bytes);
            using var rows = new BottleneckCache(sandbox["cache"]).Extract(featurizer, images);
            for (var i = 0; i < images.Length; i++)
                if (!rows.Row(i).Span.SequenceEqual(expected[i])) throw new WrongResultException($"other features for image {i}");
        };
    }
}
