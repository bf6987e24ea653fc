using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>The callbacks and the workspace of a style network's training.</summary>
public sealed record StyleTrainingRun
{
    private const string Checkpoint = "style.checkpoint";

    /// <summary>
    /// The folder of the checkpoint, from which an interrupted run resumes, to the same network as an unbroken one. Null (default): none. A file
    /// <c>style.checkpoint</c> that is not a checkpoint is never replaced: training then throws <see cref="ArgumentException"/> before any work.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether an existing checkpoint is replaced instead of resumed. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Called after each step, on the training thread.</summary>
    public Action<StyleTrainingProgress>? Progress { get; init; }

    /// <summary>Receives log messages for the user.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Called with the step and the network at each checkpoint and at the end, for previews.</summary>
    public Action<int, OnnxModel>? Kept { get; init; }

    /// <summary>Whether a workspace has a checkpoint to resume.</summary>
    public static bool IsKept(string workspace) => File.Exists(Path.Combine(workspace, Checkpoint));

    /// <summary>Removes a run's files from its workspace, then the folder if it is empty. Other files stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, [Checkpoint]);

    /// <summary>Checks before any work that checkpoints can be written.</summary>
    /// <exception cref="ArgumentException">A file of another kind has the name of the checkpoint.</exception>
    internal void Check()
    {
        if (Workspace is not null) CheckpointFile.Check(Path.Combine(Workspace, Checkpoint));
    }

    /// <summary>The checkpoint file of a run of this set-up, or null.</summary>
    internal CheckpointFile? Open(Func<string> setup) => Workspace is null ? null : new CheckpointFile(Path.Combine(Workspace, Checkpoint), setup(), Log) { StartAnew = StartAnew };
}
