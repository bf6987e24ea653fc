using MlNetVision.Models;

namespace MlNetVision.Training;

/// <summary>Where a training of a classifier keeps things, and who is told.</summary>
public sealed record ClassifierRun
{
    private static readonly string[] Phases = ["head", "fine-tuning"];

    /// <summary>Where features are kept that are to serve all trainings of this user: a folder beside that of pulled models.</summary>
    public static string DefaultCache => Path.Combine(Path.GetDirectoryName(ModelFolder.Path)!, "features");

    /// <summary>The folder that keeps features of pictures, for this and later trainings; null (default): none, they are computed anew.</summary>
    public string? Cache { get; init; }

    /// <summary>The folder that keeps the run after each epoch, so that an interrupted one goes on from there; null (default): none.</summary>
    public string? Workspace { get; init; }

    /// <summary>Whether a run that the workspace keeps is not gone on with, but replaced. Default: false.</summary>
    public bool StartAnew { get; init; }

    /// <summary>Told of each epoch, those before an interruption included; on the thread that trains.</summary>
    public Action<EpochMetrics>? Progress { get; init; }

    /// <summary>Told of the features that are there, of all pictures.</summary>
    public IProgress<FeatureProgress>? Features { get; init; }

    /// <summary>Told, in words, of what the user should know.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Whether a workspace keeps a run to go on with.</summary>
    public static bool IsKept(string workspace) => Phases.Any(p => File.Exists(Path.Combine(workspace, NameOf(p))));

    /// <summary>Removes what a run has left in its workspace, and the folder where nothing else is in it.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, Phases.Select(NameOf));

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
