using System.Buffers.Binary;
using System.IO.Compression;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Models;

/// <summary>
/// Finds the network that a user's word stands for: the name of a bundled model or of one in the catalogue, or the path
/// of an <c>.onnx</c>, a saved <c>.zip</c>, or a file that an importer takes (<see cref="ModelImporters"/>): a Darknet <c>.cfg</c> (with its
/// <c>.weights</c> and <c>.names</c>, of which the <c>.weights</c> may be named instead), a Torch7 <c>.t7</c>.
/// </summary>
public static class ModelLocator
{
    private const string ResourceFolder = "models/";

    // A saved network is read whole; beyond this size the .zip is taken for damaged or hostile.
    private const long LargestNetwork = int.MaxValue - 64;

    private const int LengthPrefix = sizeof(int);

    private const string Network = ".cfg";

    /// <summary>The names of the models that travel within the library.</summary>
    public static IReadOnlyList<string> Bundled { get; } =
        [.. typeof(ModelLocator).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Select(n => Path.GetFileNameWithoutExtension(n)).Order(StringComparer.Ordinal)];

    /// <summary>Opens a model as data, with its labels where they are known.</summary>
    /// <param name="model">A name or a path; a file of that name wins over a bundled or catalogue name.</param>
    /// <param name="options">Files that do not stand beside the model; null: none.</param>
    /// <exception cref="BadModelException">There is no such model, or it cannot be used; the message says what is available.</exception>
    public static OnnxModel Open(string model, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options ??= new OpenOptions();
        var opened = File.Exists(model) ? OpenFile(model, options) : OpenNamed(model, options);
        if (options.LabelsFile is not null) SetNames(opened, options.LabelsFile);
        return opened;
    }

    /// <summary>The endings of files that are opened, as a message lists them: <c>.onnx, .cfg, .t7 or .zip</c>.</summary>
    public static string Endings => $"{string.Join(", ", [".onnx", .. ModelImporters.Extensions])} or .zip";

    private static OnnxModel OpenFile(string path, OpenOptions options)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".ONNX":
                var onnx = OnnxModel.Load(path);
                onnx.Check();
                return onnx;
            case ".ZIP":
                return OpenZip(path);
            case ".WEIGHTS":
                return OpenWeights(path, options);
            default:
                return OpenImported(path, options);
        }
    }

    private static OnnxModel OpenImported(string path, OpenOptions options)
    {
        var importer = ModelImporters.ForFile(path)
            ?? throw new BadModelException(ForeignModels.Describe(path) ?? $"{path}: expected a model that ends in {Endings}.");
        var imported = importer.Import(path, new ImportOptions { WeightsFile = options.WeightsFile });
        var model = ImportedMetadata.Describe(imported);
        model.Check();
        if (options.LabelsFile is null && imported.ClassNamesFile is { } names) SetNames(model, names);
        return model;
    }

    /// <summary>The weights of a Darknet network, which stands beside them.</summary>
    private static OnnxModel OpenWeights(string path, OpenOptions options)
    {
        var network = Path.ChangeExtension(path, Network);
        if (!File.Exists(network)) throw new BadModelException($"{path}: holds only weights; expected their network beside them, {network}.");
        return OpenImported(network, options with { WeightsFile = options.WeightsFile ?? path });
    }

    private static void SetNames(OnnxModel model, string file)
    {
        var names = LabelFile.Read(file);
        if (model.GetYoloHeads()?.FirstOrDefault(h => h.Classes != names.Count) is { } head)
            throw new BadModelException($"{file}: has {names.Count} names, but {model.Name} tells {head.Classes} classes apart; expected as many names.");
        model.SetNames(names);
    }

    private static OnnxModel OpenNamed(string name, OpenOptions options)
    {
        if (Bundled.Contains(name, StringComparer.Ordinal)) return OpenBundled(name);
        if (Directory.Exists(name))
            throw new BadModelException(ForeignModels.Describe(name) ?? $"{name}: this is a folder; expected the name of a model, or a file that ends in {Endings}.");
        var entry = Find(name) ?? throw new BadModelException(NotFound(name));
        if (!entry.IsPulled()) throw new BadModelException($"{name}: not downloaded yet; run `mlnetvision model pull {name}` first.");
        var model = OpenFile(entry.PathIn(), options);
        entry.Apply(model);
        return model;
    }

    private static string NotFound(string name)
    {
        if (ForeignModels.Describe(name) is { } advice) return $"{advice} (There is no such file.)";
        var others = string.Join(", ", ModelCatalogue.Default.Entries.Where(e => !e.Bundled).Select(e => e.Name));
        return $"{name}: no such file, and no model of that name.{Near(name)} Bundled: {string.Join(", ", Bundled)}. In the catalogue: {others}.";
    }

    private static string Near(string name) =>
        NearNames.Nearest(name, [.. ModelCatalogue.Default.Entries.Select(e => e.Name)]) is { } near ? $" Did you mean {near}?" : "";

    private static CatalogueEntry? Find(string name) => ModelCatalogue.Default.TryGet(name, out var entry) ? entry : null;

    private static OnnxModel OpenBundled(string name)
    {
        using var stream = typeof(ModelLocator).Assembly.GetManifestResourceStream($"{ResourceFolder}{name}.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return OnnxModel.Parse(bytes, name);
    }

    // ML.NET keeps the network of ApplyOnnxModel as an entry called OnnxModel beside the transform's own Model.key:
    // its length in four bytes, and the .onnx file.
    private static OnnxModel OpenZip(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var entries = zip.Entries.Where(e => e.Name == "OnnxModel").ToList();
            if (entries.Count != 1)
                throw new BadModelException($"{path}: expected a saved pipeline with one ONNX network, found {entries.Count}.");
            if (entries[0].Length > LargestNetwork)
                throw new BadModelException($"{path}: its network is said to have {entries[0].Length} bytes; expected at most {LargestNetwork}.");
            var bytes = new byte[entries[0].Length];
            using var stream = entries[0].Open();
            stream.ReadExactly(bytes);
            if (bytes.Length < LengthPrefix || BinaryPrimitives.ReadInt32LittleEndian(bytes) != bytes.Length - LengthPrefix)
                throw new BadModelException($"{path}: the network in this pipeline is not as long as it says.");
            return OnnxModel.Parse(bytes.AsSpan(LengthPrefix), path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BadModelException($"{path}: not a saved pipeline (.zip): {e.Message}", e);
        }
    }
}
