namespace MlNetVision.Training;

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

    /// <summary>Called after each epoch on the training thread, and on resuming with the epochs before the interruption.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Receives log messages for the user, such as why a checkpoint is not used.</summary>
    public Action<string>? Log { get; init; }
}
