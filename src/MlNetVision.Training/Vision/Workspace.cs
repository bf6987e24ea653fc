using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetVision.Training.Vision;

/// <summary>
/// The folder of one training from rows of bytes. Pictures lie in it as files while it lasts, for that is what the cache of features and
/// fine-tuning read; features and the model stay, where the folder is the caller's.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly ImageClassificationTrainer.Options _options;
    private readonly bool _isTemporary;
    private readonly string _pictures;

    public Workspace(ImageClassificationTrainer.Options options)
    {
        _options = options;
        _isTemporary = string.IsNullOrEmpty(options.WorkspacePath);
        Folder = _isTemporary ? Directory.CreateTempSubdirectory("mlnetvision-").FullName : Path.GetFullPath(options.WorkspacePath!);
        _pictures = Path.Combine(Folder, $"pictures-{Guid.NewGuid():N}");
        Cache = Path.Combine(Folder, options.TrainSetBottleneckCachedValuesFileName);
        if (!options.ReuseTrainSetBottleneckCachedValues && Directory.Exists(Cache)) Directory.Delete(Cache, recursive: true);
    }

    public string Folder { get; }

    /// <summary>Where features are kept.</summary>
    public string Cache { get; }

    /// <summary>Writes the pictures of all rows that have a label, each under the hash of its content.</summary>
    public LabeledImages Unpack(IDataView data, DataViewSchema.Column trainLabel)
    {
        var (bytes, label) = (FeatureRows.Find(data.Schema, _options.FeatureColumnName), FeatureRows.Find(data.Schema, _options.LabelColumnName));
        if (bytes.Type is not VectorDataViewType { ItemType.RawType: var item } || item != typeof(byte))
            throw new ArgumentException($"The feature column '{bytes.Name}' holds {bytes.Type}; expected picture files as bytes, such as Transforms.LoadRawImageBytes gives.");
        var classes = LabelKeys.Count(trainLabel);
        if (LabelKeys.Count(label) != classes) throw new ArgumentException($"The label column '{label.Name}' has {LabelKeys.Count(label)} keys in the validation set and {classes} in the training set.");
        Directory.CreateDirectory(_pictures);
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
            var content = file.DenseValues().ToArray();
            var path = Path.Combine(_pictures, Convert.ToHexStringLower(SHA256.HashData(content)));
            if (!File.Exists(path)) File.WriteAllBytes(path, content);
            images.Add(new LabeledImage(path, (int)key - 1));
        }
        var names = LabelKeys.Names(trainLabel);
        // Labels that are empty, or the same as text, are told apart by their numbers.
        if (names.Any(string.IsNullOrWhiteSpace) || names.Distinct(StringComparer.Ordinal).Count() < names.Length) names = [.. names.Select((name, i) => FormattableString.Invariant($"{i}: {name}"))];
        return new LabeledImages($"the column '{label.Name}'", names, images);
    }

    /// <summary>Keeps the network under its name, where the folder is the caller's, and removes the checkpoint.</summary>
    public void Finish(TrainedClassifier trained, string network)
    {
        ClassifierRun.Forget(Folder);
        if (!_isTemporary) trained.SaveOnnx(Path.Combine(Folder, $"{_options.FinalModelPrefix}{Path.GetFileNameWithoutExtension(network)}.onnx"));
    }

    public void Dispose()
    {
        if (Directory.Exists(_isTemporary ? Folder : _pictures)) Directory.Delete(_isTemporary ? Folder : _pictures, recursive: true);
    }
}
