using MlNetVision.Models;

namespace MlNetVision.Training;

/// <summary>Where a training of a classifier keeps things, and who is told.</summary>
public sealed record ClassifierRun
{
    private static readonly string[] Phases = ["head", "fine-tuning"];

    /// <summary>Where features are kept that are to serve all trainings of this user: a folder beside that of pulled models.</summary>
    public static string DefaultCache => Path.Combine(Path.GetDirectoryName(ModelFolder.Path)!, "features");

    /// <summary>The folder that keeps features of images, for this and later trainings; null (default): none, they are computed anew.</summary>
    public string? Cache { get; init; }

    /// <summary>The folder that keeps features of images that are for validation only; null (default): <see cref="Cache"/>.</summary>
    internal string? ValidationCache { get; init; }

    /// <summary>
    /// The folder that keeps the run after each epoch, so that an interrupted one goes on from there; null (default): none. A file of the same
    /// name that is no checkpoint is not replaced: training then throws <see cref="ArgumentException"/> before any work.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether a run that the workspace keeps is not gone on with, but replaced. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Told of each epoch, those before an interruption included; on the thread that trains.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Told of the features that are there, of all images.</summary>
    public IProgress<FeatureProgress>? Features { get; init; }

    /// <summary>Told, in words, of what the user should know.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Whether a workspace keeps a run to go on with.</summary>
    public static bool IsKept(string workspace) => Files.Any(name => File.Exists(Path.Combine(workspace, name)));

    /// <summary>Removes what a run has left in its workspace, and the folder where nothing else is in it. Files that no run wrote stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, Files);

    /// <summary>The names of the files that a workspace keeps a run in.</summary>
    internal static IEnumerable<string> Files => Phases.Select(NameOf);

    /// <summary>Makes sure, before any work, that the run can be kept.</summary>
    /// <exception cref="ArgumentException">The workspace has something else under the name of a file of the run.</exception>
    internal void Check()
    {
        foreach (var name in Workspace is null ? [] : Files) CheckpointFile.Check(Path.Combine(Workspace!, name));
    }

    /// <param name="fineTunes">Whether layers of the network are trained, or the head.</param>
    /// <param name="epochsBefore">How many epochs come before.</param>
    internal TrainingRun Of(bool fineTunes, int epochsBefore) => new()
    {
        Checkpoint = Workspace is null ? null : Path.Combine(Workspace, NameOf(Phases[fineTunes ? 1 : 0])),
        StartAnew = StartAnew,
        Note = Note,
        Progress = Progress is null ? null : epoch => Progress(epoch with { Epoch = epoch.Epoch + epochsBefore }),
    };

    private static string NameOf(string phase) => $"{phase}.checkpoint";
}
