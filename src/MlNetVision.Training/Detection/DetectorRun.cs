namespace MlNetVision.Training.Detection;

/// <summary>The workspace and the callbacks of a detector's training.</summary>
public sealed record DetectorRun
{
    private const string FileName = "detector.checkpoint";

    /// <summary>
    /// The folder of the checkpoint, from which an interrupted run resumes; it then gives the same model as an unbroken one. Null (default): none. A file of
    /// the same name that is not a checkpoint is never replaced: training then throws <see cref="ArgumentException"/> before any work.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether an existing checkpoint is replaced instead of resumed. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>
    /// Whether an existing checkpoint of other images, another network or other options is an <see cref="ArgumentException"/>, so that its work is not lost.
    /// Default: false: it is replaced, and <see cref="Log"/> says so.
    /// </summary>
    public bool MustResume { get; init; }

    /// <summary>How often a checkpoint is written within an epoch, beside that at its end. Default: every two minutes.</summary>
    public TimeSpan KeepEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Called after each step on the training thread.</summary>
    public Action<DetectorProgress>? Progress { get; init; }

    /// <summary>Called after each epoch on the training thread, and on resuming with the epochs before the interruption.</summary>
    public Action<DetectorEpoch>? Epoch { get; init; }

    /// <summary>Receives log messages for the user.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Whether a workspace has a checkpoint to resume.</summary>
    public static bool IsKept(string workspace) => Files.Any(name => File.Exists(Path.Combine(workspace, name)));

    /// <summary>Removes a run's files from its workspace, then the folder if it is empty. Other files stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, Files);

    private static IEnumerable<string> Files => CheckpointFile.Generations(FileName);

    internal CheckpointFile? Open(Func<string> setup)
    {
        if (Workspace is null) return null;
        foreach (var name in Files) CheckpointFile.Check(Path.Combine(Workspace, name));
        return new CheckpointFile(Path.Combine(Workspace, FileName), setup(), Log) { StartAnew = StartAnew, MustResume = MustResume };
    }
}

/// <summary>The progress of a detector's training after a step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Losses">The losses of the step.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Remaining">The estimated time left.</param>
public sealed record DetectorProgress(long Step, long Steps, int Epoch, DetectorTerms Losses, float LearningRate, TimeSpan Remaining);

/// <summary>The metrics of one epoch of a detector's training.</summary>
public sealed record DetectorEpoch
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The losses, averaged over the epoch as the weights changed.</summary>
    public required DetectorTerms Losses { get; init; }

    /// <summary>
    /// Mean average precision at IoU 0.5 on the validation images, 0 to 1, of the averaged weights; null without such images, or where the epoch was not
    /// evaluated.
    /// </summary>
    public double? Map50 { get; init; }

    /// <summary>The mean over IoU 0.5 to 0.95, as COCO has it; null likewise.</summary>
    public double? Map { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The duration of the epoch in seconds; of a resumed one, since it was resumed.</summary>
    public required double Seconds { get; init; }

    /// <summary>How many of these seconds the training waited for images to be loaded and augmented, which happens beside its steps.</summary>
    public double SecondsWaiting { get; init; }
}
