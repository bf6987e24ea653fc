using System.Buffers;

namespace MlNetVision.Training.Vision;

/// <summary>
/// The names of a training in its workspace. They are plain and all different, so that a training never writes or removes anything outside the
/// workspace, or files of another purpose in it.
/// </summary>
internal sealed class WorkspaceNames
{
    // Names that Windows refuses are refused everywhere, because workspaces move between machines.
    private static readonly SearchValues<char> Refused = SearchValues.Create([.. "/\\:*?\"<>|", .. Enumerable.Range(0, 32).Select(i => (char)i)]);

    private WorkspaceNames(string train, string validation, string model) => (TrainCache, ValidationCache, Model) = (train, validation, model);

    /// <summary>The folder of the features of training images.</summary>
    public string TrainCache { get; }

    /// <summary>The folder of the features of validation images.</summary>
    public string ValidationCache { get; }

    /// <summary>The file of the trained network.</summary>
    public string Model { get; }

    /// <summary>Takes the names from options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="network">The name or file of the network whose features are classified.</param>
    /// <exception cref="ArgumentException">A name is none, leads elsewhere, or is taken by something else; the message names the option.</exception>
    public static WorkspaceNames Of(ImageClassificationTrainer.Options options, string network)
    {
        var prefix = options.FinalModelPrefix ?? "";
        if (prefix.AsSpan().ContainsAny(Refused)) throw Bad(nameof(options.FinalModelPrefix), prefix);
        var names = new WorkspaceNames(
            Name(nameof(options.TrainSetBottleneckCachedValuesFileName), options.TrainSetBottleneckCachedValuesFileName),
            Name(nameof(options.ValidationSetBottleneckCachedValuesFileName), options.ValidationSetBottleneckCachedValuesFileName),
            $"{prefix}{Path.GetFileNameWithoutExtension(network)}.onnx");
        var taken = ClassifierRun.Files.ToDictionary(f => f, _ => "the checkpoint", StringComparer.OrdinalIgnoreCase);
        Take(nameof(options.FinalModelPrefix), names.Model, "the trained network");
        Take(nameof(options.TrainSetBottleneckCachedValuesFileName), names.TrainCache, $"what {nameof(options.TrainSetBottleneckCachedValuesFileName)} names");
        Take(nameof(options.ValidationSetBottleneckCachedValuesFileName), names.ValidationCache, "");
        return names;

        // Compared without case: a workspace may stand on a file system that ignores it.
        void Take(string option, string name, string use)
        {
            if (!taken.TryAdd(name, use)) throw new ArgumentException($"{option}: '{name}' is {taken[name]} in the workspace; expected a name that nothing else has.");
        }
    }

    // "." and ".." end in dots, too. Windows drops dots and spaces at the end, so that two names would be one.
    private static string Name(string option, string? name) =>
        string.IsNullOrWhiteSpace(name) || name.AsSpan().ContainsAny(Refused) || name[0] == ' ' || name[^1] is '.' or ' ' ? throw Bad(option, name) : name;

    private static ArgumentException Bad(string option, string? name) => new(
        $"{option} is '{name}'; expected a plain name within the workspace, such as '{new ImageClassificationTrainer.Options().TrainSetBottleneckCachedValuesFileName}': no path, none of / \\ : * ? \" < > |, no dot or space at its end.");
}
