using System.Globalization;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Style;

/// <summary>Settings of <see cref="StyleTrainer"/>.</summary>
public sealed record StyleTrainingOptions
{
    /// <summary>The content layers: the mean of (F − P)². Default: VGG16's <c>block3_conv3</c>.</summary>
    public IReadOnlyList<WeightedLayer> ContentLayers { get; init; } = [new("block3_conv3", 1)];

    /// <summary>
    /// The style layers: the mean of (G − A)², both divided by C · M. Default: those of Johnson et al., the last convolution of each of VGG16's first
    /// four blocks, weight 0.25 each.
    /// </summary>
    public IReadOnlyList<WeightedLayer> StyleLayers { get; init; } = [new("block1_conv2", 0.25f), new("block2_conv2", 0.25f),
        new("block3_conv3", 0.25f), new("block4_conv3", 0.25f)];

    /// <summary>The weight of the content. Default: 1.</summary>
    public float ContentWeight { get; init; } = 1;

    /// <summary>The weight of the style loss; layers have their own factors. Default: 60.</summary>
    public float StyleWeight { get; init; } = 60;

    /// <summary>The weight of the total variation: the mean of the squared differences of neighbours, in levels of 0–255. Default: 100.</summary>
    public float TotalVariationWeight { get; init; } = 100;

    /// <summary>The feature network's input normalisation. Null (default): as in its metadata, else <c>caffe</c>, as for VGG.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Steps, at least 1. Default: 1000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>The batch size: photos per step, at least 1. Default: 2.</summary>
    public int BatchSize { get; init; } = 2;

    /// <summary>The side of the square crops in pixels: a multiple of 4, at least 32. Default: 160.</summary>
    public int Crop { get; init; } = 160;

    /// <summary>Adam's learning rate η: over thirty steps it rises, and it falls as η / √(1 + step / 100). Default: 0.001.</summary>
    public float LearningRate { get; init; } = 0.001f;

    /// <summary>The channels of the network as a multiple of 16, 32 and 64, above 0. Default: 1.</summary>
    public float Width { get; init; } = 1;

    /// <summary>The number of steps between checkpoints and previews, at least 1. Default: 100.</summary>
    public int KeepEvery { get; init; } = 100;

    /// <summary>The random seed of weights and crops. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The device that runs networks and gradients, and those to take in its place: <c>Device = "cuda,cpu"</c>. Null, the default: <c>cpu</c>.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>Threads; 0 (default) takes as many as there are processors.</summary>
    public int Threads { get; init; }

    internal NeuralStyleOptions Losses => new()
    {
        ContentLayers = ContentLayers, StyleLayers = StyleLayers, ContentWeight = ContentWeight, StyleWeight = StyleWeight,
            TotalVariationWeight = TotalVariationWeight, Device = Device, Threads = Threads,
    };

    internal void Check()
    {
        Losses.Check();
        if (Steps < 1 || BatchSize < 1 || KeepEvery < 1)
            throw new ArgumentException("Steps, batch size and steps between checkpoints are expected to be 1 or more.");
        if (Crop < 32 || Crop % 4 != 0) throw new ArgumentException($"The crop is {Crop} pixels; expected a multiple of 4 from 32.");
        if (!(LearningRate > 0) || !(Width is > 0 and <= 16))
            throw new ArgumentException("A learning rate above 0 and a width above 0, up to 16, are expected.");
        if (Threads < 0) throw new ArgumentException($"The number of threads is {Threads}, expected 0 or more.");
    }

    /// <summary>The settings that the network after a number of steps depends on, as text.</summary>
    internal string Identity() => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(',', ContentLayers)};{string.Join(',', StyleLayers)};{ContentWeight};{StyleWeight};{TotalVariationWeight};"
        + $"{Preprocess};{BatchSize};{Crop};{LearningRate};{Width};{Seed}");
}

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

    /// <summary>
    /// Whether an existing checkpoint of other images, another network or other options is an <see cref="ArgumentException"/>, so that its work is
    /// not lost. Default: false: it is replaced, and <see cref="Log"/> says so.
    /// </summary>
    public bool MustResume { get; init; }

    /// <summary>Called after each step, on the training thread.</summary>
    public Action<StyleTrainingProgress>? Progress { get; init; }

    /// <summary>Receives log messages for the user.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Called with the step and the network at each checkpoint and at the end, for previews.</summary>
    public Action<int, OnnxModel>? Kept { get; init; }

    /// <summary>Whether a workspace has a checkpoint to resume.</summary>
    public static bool IsKept(string workspace) => CheckpointFile.Generations(Checkpoint).Any(name => File.Exists(Path.Combine(workspace, name)));

    /// <summary>Removes a run's files from its workspace, then the folder if it is empty. Other files stay.</summary>
    public static void Forget(string workspace) => CheckpointFile.Forget(workspace, CheckpointFile.Generations(Checkpoint));

    /// <summary>Checks before any work that checkpoints can be written.</summary>
    /// <exception cref="ArgumentException">A file of another kind has the name of the checkpoint.</exception>
    internal void Check()
    {
        if (Workspace is null) return;
        foreach (var name in CheckpointFile.Generations(Checkpoint)) CheckpointFile.Check(Path.Combine(Workspace, name));
    }

    /// <summary>The checkpoint file of a run of this set-up, or null.</summary>
    internal CheckpointFile? Open(Func<string> setup) =>
        Workspace is null ? null : new CheckpointFile(Path.Combine(Workspace, Checkpoint), setup(), Log) { StartAnew = StartAnew, MustResume = MustResume };
}
