using MlNetVision.Models;

namespace MlNetVision.Training;

/// <summary>The folders and callbacks of a classifier's training.</summary>
public sealed record ClassifierRun
{
    private static readonly string[] Phases = ["head", "fine-tuning"];

    /// <summary>The feature cache shared by all trainings of this user: a folder beside that of pulled models.</summary>
    public static string DefaultCache => Path.Combine(Path.GetDirectoryName(ModelFolder.Path)!, "features");

    /// <summary>The folder of the feature cache; null (default): none, features are computed anew.</summary>
    public string? Cache { get; init; }

    /// <summary>The folder of the feature cache for images that are in the validation set only; null (default): <see cref="Cache"/>.</summary>
    internal string? ValidationCache { get; init; }

    /// <summary>
    /// The folder of checkpoints, written after each epoch, from which an interrupted run resumes; null (default): none. A file of the same name
    /// that is not a checkpoint is never replaced: training then throws <see cref="ArgumentException"/> before any work.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether an existing checkpoint is replaced instead of resumed. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>
    /// Whether an existing checkpoint of other images, another network or other options is an <see cref="ArgumentException"/>, so that its work is
    /// not lost. Default: false: it is replaced, and <see cref="Log"/> says so.
    /// </summary>
    public bool MustResume { get; init; }

    /// <summary>Called after each epoch on the training thread, and on resuming with the epochs before the interruption.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Receives the progress of feature extraction, over all images.</summary>
    public IProgress<FeatureProgress>? Features { get; init; }

    /// <summary>Receives log messages for the user.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Whether a workspace has a checkpoint to resume.</summary>
    public static bool IsKept(string workspace) => Files.Any(name => File.Exists(Path.Combine(workspace, name)));

    /// <summary>Removes a run's files from its workspace, then the folder if it is empty. Other files stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, Files);

    /// <summary>The names of a run's files in a workspace.</summary>
    internal static IEnumerable<string> Files => Phases.Select(NameOf).SelectMany(CheckpointFile.Generations);

    /// <summary>Checks before any work that checkpoints can be written.</summary>
    /// <exception cref="ArgumentException">A file of another kind has the name of a checkpoint.</exception>
    internal void Check()
    {
        foreach (var name in Workspace is null ? [] : Files) CheckpointFile.Check(Path.Combine(Workspace!, name));
    }

    /// <param name="fineTunes">Whether layers of the network are trained with the head, or the head alone.</param>
    /// <param name="epochsBefore">The number of epochs before.</param>
    internal TrainingRun Of(bool fineTunes, int epochsBefore) => new()
    {
        Checkpoint = Workspace is null ? null : Path.Combine(Workspace, NameOf(Phases[fineTunes ? 1 : 0])),
        StartAnew = StartAnew,
        MustResume = MustResume,
        Log = Log,
        Progress = Progress is null ? null : epoch => Progress(epoch with { Epoch = epoch.Epoch + epochsBefore }),
    };

    private static string NameOf(string phase) => $"{phase}.checkpoint";
}

/// <summary>The callbacks and the checkpoint of a run.</summary>
public sealed record TrainingRun
{
    /// <summary>
    /// The checkpoint file, written after each epoch. An interrupted run resumes from it and gives the same model as an unbroken one. A checkpoint of
    /// other data, another network or other options is replaced. A file that is not a checkpoint is never replaced: training then throws
    /// <see cref="ArgumentException"/>. Null (default): none.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>Whether an existing checkpoint is replaced instead of resumed. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>
    /// Whether an existing checkpoint of other images, another network or other options is an <see cref="ArgumentException"/>, so that its work is
    /// not lost. Default: false: it is replaced, and <see cref="Log"/> says so.
    /// </summary>
    public bool MustResume { get; init; }

    /// <summary>Called after each epoch on the training thread, and on resuming with the epochs before the interruption.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Receives log messages for the user, such as why a checkpoint is not used.</summary>
    public Action<string>? Log { get; init; }
}
