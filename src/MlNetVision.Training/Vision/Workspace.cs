using System.Buffers;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Files;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Vision;

/// <summary>
/// The folder of one training from rows of bytes. During the training it holds the images as files, which the feature cache and fine-tuning read.
/// In the caller's folder, features and the model stay. It never removes or replaces a file that no training wrote.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const string ImagesStart = "images-";
    private const string LockName = ".mlnetvision-workspace.lock";

    private readonly ImageClassificationTrainer.Options _options;
    private readonly WorkspaceNames _names;
    private readonly OwnedTemporary? _temporary;
    private readonly WorkspaceLock? _lock;
    private readonly string _images;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <param name="options">Where it is, and what is kept in it.</param>
    /// <param name="names">The names in it.</param>
    /// <param name="featurizer">Whose features it is to keep.</param>
    /// <exception cref="ArgumentException">
    /// The folder has something else where a training would write, and the message names the option; or another training works in it.
    /// </exception>
    public Workspace(ImageClassificationTrainer.Options options, WorkspaceNames names, Featurizer featurizer)
    {
        (_options, _names) = (options, names);
        if (string.IsNullOrEmpty(options.WorkspacePath)) _temporary = OwnedTemporary.Folder();
        else if (File.Exists(options.WorkspacePath))
            throw new ArgumentException($"{nameof(options.WorkspacePath)} '{options.WorkspacePath}' is a file, expected a folder.");
        Folder = _temporary?.Path ?? Path.GetFullPath(options.WorkspacePath!);
        _images = Path.Combine(Folder, $"{ImagesStart}{Guid.NewGuid():N}");
        CheckCache(nameof(options.TrainSetBottleneckCachedValuesFileName), TrainCache, featurizer);
        CheckCache(nameof(options.ValidationSetBottleneckCachedValuesFileName), ValidationCache, featurizer);
        CheckModel();
        if (_temporary is not null) return;
        _lock = WorkspaceLock.Take(Folder, LockName);
        if (_lock is not null) SweepImages();
    }

    public string Folder { get; }

    /// <summary>Where features of training images are kept.</summary>
    public string TrainCache => Path.Combine(Folder, _names.TrainCache);

    /// <summary>Where features of validation images are kept.</summary>
    public string ValidationCache => Path.Combine(Folder, _names.ValidationCache);

    private string Model => Path.Combine(Folder, _names.Model);

    /// <summary>Removes features that are not to be used again.</summary>
    public void Clear()
    {
        if (!_options.ReuseTrainSetBottleneckCachedValues) BottleneckCache.Clear(TrainCache);
        if (!_options.ReuseValidationSetBottleneckCachedValues) BottleneckCache.Clear(ValidationCache);
    }

    /// <summary>Writes the images of all rows that have a label, each under the hash of its content.</summary>
    public LabeledImages Unpack(IDataView data, DataViewSchema.Column trainLabel)
    {
        var (bytes, label) = (FeatureRows.Find(data.Schema, _options.FeatureColumnName), FeatureRows.Find(data.Schema, _options.LabelColumnName));
        if (bytes.Type is not VectorDataViewType { ItemType.RawType: var item } || item != typeof(byte))
            throw new ArgumentException(
                $"The feature column '{bytes.Name}' holds {bytes.Type}; expected image files as bytes, such as Transforms.LoadRawImageBytes gives.");
        var classes = LabelKeys.Count(trainLabel);
        if (LabelKeys.Count(label) != classes)
            throw new ArgumentException(
            $"The label column '{label.Name}' has {LabelKeys.Count(label)} keys in the validation set and {classes} in the training set.");
        Directory.CreateDirectory(_images);
        var images = new List<LabeledImage>();
        using var cursor = data.GetRowCursor([bytes, label]);
        var getBytes = cursor.GetGetter<VBuffer<byte>>(bytes);
        var getLabel = cursor.GetGetter<uint>(label);
        VBuffer<byte> file = default;
        var key = 0u;
        while (cursor.MoveNext())
        {
            getLabel(ref key);
            if (key == 0) continue;
            getBytes(ref file);
            images.Add(new LabeledImage(Write(file.DenseValues().ToArray()), (int)key - 1));
        }
        return new LabeledImages($"the column '{label.Name}'", LabelKeys.UniqueNames(trainLabel), images);
    }

    /// <summary>Keeps the network under its name, where the folder is the caller's, and removes the checkpoint.</summary>
    public void Finish(TrainedClassifier trained)
    {
        ClassifierRun.Forget(Folder);
        if (_temporary is null) trained.SaveOnnx(Model);
    }

    public void Dispose()
    {
        foreach (var path in _written) File.Delete(path);
        if (Directory.Exists(_images) && !Directory.EnumerateFileSystemEntries(_images).Any()) Directory.Delete(_images);
        _temporary?.Dispose();
        _lock?.Dispose();
    }

    // Those of trainings that were killed: nobody else works here while the lock is held. Only files that a training named are removed.
    private void SweepImages()
    {
        foreach (var folder in Directory.GetDirectories(Folder, $"{ImagesStart}*"))
        {
            var name = Path.GetFileName(folder)[ImagesStart.Length..];
            if (!Guid.TryParseExact(name, "N", out _) || new DirectoryInfo(folder).LinkTarget is not null) continue;
            foreach (var file in Directory.GetFiles(folder).Where(f => IsHash(Path.GetFileName(f)))) File.Delete(file);
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
    }

    private static bool IsHash(string name) => name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower);

    private string Write(byte[] content)
    {
        var path = Path.Combine(_images, Convert.ToHexStringLower(SHA256.HashData(content)));
        if (_written.Add(path)) File.WriteAllBytes(path, content);
        return path;
    }

    private static void CheckCache(string option, string folder, Featurizer featurizer)
    {
        if (File.Exists(folder) || new FileInfo(folder).LinkTarget is not null)
            throw new ArgumentException(
                $"{option}: {folder} is a {(File.Exists(folder) ? "file" : "link")}, expected a folder of features or none; it is not "
                + "changed. Give another name, or remove it.");
        if (BottleneckCache.FindForeign(folder, featurizer) is { } foreign)
            throw new ArgumentException($"{option}: {foreign} exists and is not a feature file; it is not changed. Give another name, or remove it.");
    }

    private void CheckModel()
    {
        var isLink = new FileInfo(Model).LinkTarget is not null;
        if (!isLink && !Path.Exists(Model)) return;
        if (!isLink && File.Exists(Model) && IsTrained(Model)) return;
        throw new ArgumentException(
            $"{nameof(_options.FinalModelPrefix)} '{_options.FinalModelPrefix}': {Model} exists and is not a network of an earlier "
            + "training; it is not replaced. Give another prefix, or remove it.");
    }

    /// <summary>Whether a file is a network that a training wrote, and not the one whose features this training takes.</summary>
    private bool IsTrained(string path)
    {
        if (_options.Featurizer is { } own && File.Exists(own) && HasContentOf(own, path)) return false;
        try
        {
            return OnnxModel.Load(path).Graph.Initializer.Any(t => t.Name.StartsWith(HeadGraph.Prefix, StringComparison.Ordinal));
        }
        catch (BadModelException)
        {
            return false;
        }
    }

    private static bool HasContentOf(string first, string second)
    {
        using var one = RegularFile.OpenRead(first);
        using var other = RegularFile.OpenRead(second);
        return one.Length == other.Length && SHA256.HashData(one).AsSpan().SequenceEqual(SHA256.HashData(other));
    }
}

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
        Take(nameof(options.TrainSetBottleneckCachedValuesFileName), names.TrainCache,
            $"what {nameof(options.TrainSetBottleneckCachedValuesFileName)} names");
        Take(nameof(options.ValidationSetBottleneckCachedValuesFileName), names.ValidationCache, "");
        return names;

        // Compared without case: a workspace may stand on a file system that ignores it.
        void Take(string option, string name, string use)
        {
            if (!taken.TryAdd(name, use))
                throw new ArgumentException($"{option}: '{name}' is {taken[name]} in the workspace; expected a name that nothing else has.");
        }
    }

    // "." and ".." end in dots, too. Windows drops dots and spaces at the end, so that two names would be one.
    private static string Name(string option, string? name) =>
        string.IsNullOrWhiteSpace(name) || name.AsSpan().ContainsAny(Refused) || name[0] == ' '
            || name[^1] is '.' or ' ' ? throw Bad(option, name) : name;

    private static ArgumentException Bad(string option, string? name) => new(
        $"{option} is '{name}'; expected a plain name within the workspace, "
        + $"such as '{new ImageClassificationTrainer.Options().TrainSetBottleneckCachedValuesFileName}': "
        + "no path, none of / \\ : * ? \" < > |, no dot or space at its end.");
}
