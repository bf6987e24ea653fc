using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>How a training of a style network is watched and kept.</summary>
public sealed record StyleTrainingRun
{
    private const string Checkpoint = "style.checkpoint";

    /// <summary>
    /// The folder that keeps the run, so that a stopped one goes on from there, to the network of an unbroken one. Null (default): none. A file
    /// <c>style.checkpoint</c> in it that is no checkpoint is not replaced: training then throws <see cref="ArgumentException"/> before any work.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether a run that the workspace keeps is not gone on with, but replaced. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Told of each step, on the thread that trains.</summary>
    public Action<StyleTrainingProgress>? Progress { get; init; }

    /// <summary>Told, in words, of what the user should know.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Given the step and the network whenever the run is kept, and at its end, for previews.</summary>
    public Action<int, OnnxModel>? Kept { get; init; }

    /// <summary>Whether a workspace keeps a run to go on with.</summary>
    public static bool IsKept(string workspace) => File.Exists(Path.Combine(workspace, Checkpoint));

    /// <summary>Removes what a run has left in its workspace, and the folder where nothing else is in it. Files that no run wrote stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, [Checkpoint]);

    /// <summary>Makes sure, before any work, that the run can be kept.</summary>
    /// <exception cref="ArgumentException">The workspace has something else under the name of the file of the run.</exception>
    internal void Check()
    {
        if (Workspace is not null) CheckpointFile.Check(Path.Combine(Workspace, Checkpoint));
    }

    /// <summary>The file that keeps a run of this set-up, or null.</summary>
    internal CheckpointFile? Open(Func<string> setup) => Workspace is null ? null : new CheckpointFile(Path.Combine(Workspace, Checkpoint), setup(), Note) { StartAnew = StartAnew };
}
