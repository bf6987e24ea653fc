using System.Buffers.Binary;
using System.IO.Compression;
using MlNetVision.Detection;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Models;

/// <summary>
/// Finds a model by the name of a bundled or catalogue model, or by the path
/// of an <c>.onnx</c>, a saved <c>.zip</c>, or a file that an importer takes (<see cref="ModelImporters"/>): a Darknet <c>.cfg</c> (with its
/// <c>.weights</c> and <c>.names</c>, of which the <c>.weights</c> may be named instead), a Torch7 <c>.t7</c>.
/// </summary>
public static class ModelLocator
{
    private const string ResourceFolder = "models/";

    // A saved network is read into memory; a larger one counts as damaged or hostile.
    private const long LargestNetwork = int.MaxValue - 64;

    private const int LengthPrefix = sizeof(int);

    private const string Network = ".cfg";

    private const string Weights = ".weights";

    /// <summary>The most names that are suggested for one that is not known.</summary>
    private const int MostSuggested = 3;

    /// <summary>The names of the bundled models.</summary>
    public static IReadOnlyList<string> Bundled { get; } =
        [.. typeof(ModelLocator).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Select(n => Path.GetFileNameWithoutExtension(n)).Order(StringComparer.Ordinal)];

    /// <summary>Opens a model as data, with its labels if known.</summary>
    /// <param name="model">A name or a path; a file of that name wins over a bundled or catalogue name.</param>
    /// <param name="options">Files that are not beside the model; null: none.</param>
    /// <exception cref="BadModelException">There is no such model, or it is unusable; the message says what may have been meant.</exception>
    public static OnnxModel Open(string model, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options ??= new OpenOptions();
        var opened = File.Exists(model) ? OpenFile(model, options) : OpenNamed(model, options);
        return WithLabels(opened, options);
    }

    /// <summary>Opens the bytes of an <c>.onnx</c> or a saved <c>.zip</c>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">The model's name in messages.</param>
    /// <param name="options">Labels; null: those in the model.</param>
    /// <exception cref="BadModelException">They are neither, or unusable.</exception>
    public static unsafe OnnxModel Open(ReadOnlyMemory<byte> bytes, string name, OpenOptions? options = null)
    {
        if (!bytes.Span.StartsWith("PK"u8)) return WithLabels(Checked(OnnxModel.Parse(bytes.Span, name)), options ?? new OpenOptions());
        using var pinned = bytes.Pin();
        using var stream = new UnmanagedMemoryStream((byte*)pinned.Pointer, bytes.Length);
        return WithLabels(OpenZip(stream, name), options ?? new OpenOptions());
    }

    /// <summary>Opens a stream of an <c>.onnx</c> or a saved <c>.zip</c>, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The model's name in messages.</param>
    /// <param name="options">Labels; null: those in the model.</param>
    /// <exception cref="BadModelException">It holds neither, or cannot be read or used.</exception>
    public static OnnxModel Open(Stream stream, string name, OpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return Open(all.GetBuffer().AsMemory(0, (int)all.Length), name, options);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ObjectDisposedException)
        {
            throw new BadModelException($"{name}: the stream cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The model, changed in place, with the class names that the options give.</summary>
    internal static OnnxModel WithLabels(OnnxModel model, OpenOptions options)
    {
        if (options.Labels is { } labels)
        {
            if (labels.Count == 0 || labels.Any(string.IsNullOrWhiteSpace))
                throw new ArgumentException("The labels are empty, or one of them is; expected a name for each class.");
            SetNames(model, labels, "the labels");
        }
        else if (options.LabelsFile is { } file) SetNames(model, LabelFile.Read(file), file);
        return model;
    }

    /// <summary>The extensions of files that are opened, for messages: <c>.onnx, .cfg, .weights, .t7 or .zip</c>.</summary>
    public static string Endings
    {
        get
        {
            var imported = ModelImporters.Extensions.SelectMany(e => e == Network ? new[] { e, Weights } : [e]);
            return $"{string.Join(", ", [".onnx", .. imported])} or .zip";
        }
    }

    private static OnnxModel OpenFile(string path, OpenOptions options)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".ONNX":
                return Checked(OnnxModel.Load(path));
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
        if (options.LabelsFile is null && options.Labels is null && imported.ClassNamesFile is { } file) SetNames(model, LabelFile.Read(file), file);
        return model;
    }

    /// <summary>Opens a Darknet network by its weights, which lie beside it.</summary>
    private static OnnxModel OpenWeights(string path, OpenOptions options)
    {
        var network = Path.ChangeExtension(path, Network);
        if (!File.Exists(network)) throw new BadModelException($"{path}: has only weights; expected their network beside them, {network}.");
        return OpenImported(network, options with { WeightsFile = options.WeightsFile ?? path });
    }

    private static OnnxModel Checked(OnnxModel model)
    {
        model.Check();
        return model;
    }

    private static void SetNames(OnnxModel model, IReadOnlyList<string> names, string source)
    {
        if (DetectionHeads.Of(model)?.FirstOrDefault(h => h.Classes != names.Count) is { } head)
            throw new BadModelException(
                $"{source}: has {names.Count} names, but {model.Name} has {head.Classes} classes; expected one name per class.");
        model.SetNames(names);
    }

    private static OnnxModel OpenNamed(string name, OpenOptions options)
    {
        if (Bundled.Contains(name, StringComparer.Ordinal)) return OpenBundled(name);
        if (Directory.Exists(name))
            throw new BadModelException(
                ForeignModels.Describe(name) ?? $"{name}: this is a folder; expected the name of a model, or a file that ends in {Endings}.");
        var entry = Find(name) ?? throw new BadModelException(NotFound(name));
        if (!entry.IsPulled()) throw new BadModelException($"{name}: not downloaded yet; run `mlnetvision model pull {name}` first.");
        var model = OpenFile(entry.PathIn(), options);
        entry.Apply(model);
        return model;
    }

    private static string NotFound(string name)
    {
        if (ForeignModels.Describe(name) is { } advice) return $"{advice} (There is no such file.)";
        var near = NearNames.Near(name, ModelCatalogue.Default.Entries.Select(e => e.Name), MostSuggested);
        var meant = near.Count > 0 ? $" Did you mean {string.Join(" or ", near)}?" : "";
        return $"{name}: no such file, and no model of that name.{meant} 'mlnetvision model list' shows all names.";
    }

    private static CatalogueEntry? Find(string name) => ModelCatalogue.Default.TryGet(name, out var entry) ? entry : null;

    private static OnnxModel OpenBundled(string name)
    {
        using var stream = typeof(ModelLocator).Assembly.GetManifestResourceStream($"{ResourceFolder}{name}.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return OnnxModel.Parse(bytes, name);
    }

    // ML.NET saves the network of ApplyOnnxModel in the entry OnnxModel beside the transform's Model.key:
    // its length in four bytes, then the .onnx file.
    private static OnnxModel OpenZip(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path);
            return OpenZip(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadModelException($"{path}: not a saved pipeline (.zip): {e.Message}", e);
        }
    }

    private static OnnxModel OpenZip(Stream file, string path)
    {
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var entries = zip.Entries.Where(e => e.Name == "OnnxModel").ToList();
            if (entries.Count != 1)
                throw new BadModelException($"{path}: expected a saved pipeline with one ONNX network, found {entries.Count}.");
            if (entries[0].Length > LargestNetwork)
                throw new BadModelException($"{path}: its network has {entries[0].Length} bytes; expected at most {LargestNetwork}.");
            var bytes = new byte[entries[0].Length];
            using var stream = entries[0].Open();
            stream.ReadExactly(bytes);
            if (bytes.Length < LengthPrefix || BinaryPrimitives.ReadInt32LittleEndian(bytes) != bytes.Length - LengthPrefix)
                throw new BadModelException($"{path}: the network in this pipeline has another length than stated.");
            return OnnxModel.Parse(bytes.AsSpan(LengthPrefix), path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new BadModelException($"{path}: not a saved pipeline (.zip): {e.Message}", e);
        }
    }
}
