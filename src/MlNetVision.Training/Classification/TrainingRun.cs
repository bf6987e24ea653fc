namespace MlNetVision.Training;

/// <summary>How a run is watched and kept.</summary>
public sealed record TrainingRun
{
    /// <summary>
    /// The file that keeps the run after each epoch, and from which an interrupted one goes on, to the same model as an unbroken one.
    /// One that belongs to other data, another network or other options is not used, and replaced. A file that is no checkpoint is not
    /// replaced: training then throws <see cref="ArgumentException"/>. Null (default): none.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>Whether a run that the file keeps is not gone on with, but replaced. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Told of each epoch, those before an interruption included; on the thread that trains.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Told, in words, of what the user should know, such as a checkpoint that is not used.</summary>
    public Action<string>? Note { get; init; }
}
