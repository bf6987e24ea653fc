using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Import.Torch7;

namespace MlNetVision.Onnx.Import;

/// <summary>
/// The importers by file extension. Darknet (<c>.cfg</c>) and Torch7 (<c>.t7</c>) are built in. Thread-safe.
/// </summary>
public static class ModelImporters
{
    private const string Onnx = ".onnx";

    private static readonly Lock Gate = new();

    // Replaced as a whole, so that readers need no lock.
    private static IModelImporter[] _all = [new DarknetImporter(), new Torch7Importer()];

    /// <summary>The importers in the order of their registration, as they are now; later registrations do not change the list.</summary>
    public static IReadOnlyList<IModelImporter> All => Array.AsReadOnly(_all);

    /// <summary>The file extensions of all importers, each with its dot, in the order of registration.</summary>
    public static IReadOnlyList<string> Extensions => [.. All.SelectMany(i => i.Extensions)];

    /// <summary>Adds an importer for the whole process.</summary>
    /// <param name="importer">The importer; it is kept until <see cref="Unregister"/>.</param>
    /// <exception cref="ArgumentException">It has no name, no extension, an extension without a dot, or one that another importer has; the message
    /// names it.</exception>
    public static void Register(IModelImporter importer)
    {
        ArgumentNullException.ThrowIfNull(importer);
        if (string.IsNullOrWhiteSpace(importer.Name))
            throw new ArgumentException("The importer has no name; expected that of a framework or format.", nameof(importer));
        if (importer.Extensions.Count == 0)
            throw new ArgumentException($"The importer {importer.Name} takes no files; expected endings such as .cfg.", nameof(importer));
        lock (Gate)
        {
            foreach (var extension in importer.Extensions) CheckExtension(importer, extension);
            _all = [.. _all, importer];
        }
    }

    /// <summary>Removes an importer.</summary>
    /// <returns>Whether it was registered.</returns>
    public static bool Unregister(IModelImporter importer)
    {
        lock (Gate)
        {
            var kept = _all.Where(i => i != importer).ToArray();
            var found = kept.Length < _all.Length;
            _all = kept;
            return found;
        }
    }

    /// <summary>The importer of a file, by its extension; null where there is none. The file need not exist.</summary>
    public static IModelImporter? ForFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return All.FirstOrDefault(i => i.Extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase)));
    }

    private static void CheckExtension(IModelImporter importer, string extension)
    {
        if (extension is not ['.', _, ..])
            throw new ArgumentException(
            $"The importer {importer.Name} takes files that end in '{extension}'; expected an ending with a dot, such as .cfg.", nameof(importer));
        var taken = extension.Equals(Onnx, StringComparison.OrdinalIgnoreCase) ? "no importer, since OnnxModel.Load reads them"
            : ForFile(extension)?.Name;
        if (taken is not null)
            throw new ArgumentException($"The importer {importer.Name} takes files that end in {extension}, which are read by {taken}.",
            nameof(importer));
    }
}

/// <summary>
/// Converts the files of another framework to an ONNX model. A registered importer (<see cref="ModelImporters.Register"/>) serves wherever a model is
/// loaded. Implementations are thread-safe.
/// </summary>
public interface IModelImporter
{
    /// <summary>The name of the framework or format, such as <c>Darknet</c>.</summary>
    string Name { get; }

    /// <summary>The extensions of its files, each with its dot, such as <c>.cfg</c>; case is ignored.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Reads a network and its weights.</summary>
    /// <param name="path">The file, with one of the <see cref="Extensions"/>.</param>
    /// <param name="options">Further files; null: those beside it.</param>
    /// <returns>The network, and the file's other facts.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="BadModelException">A file is missing, unreadable, damaged, or holds what is not supported; the message names the file and the
    /// position in it.</exception>
    ImportedModel Import(string path, ImportOptions? options = null);
}

/// <summary>Options of an import.</summary>
public sealed record ImportOptions
{
    /// <summary>The file of weights, for formats that store them apart. Null, the default: the format's usual file beside the network.</summary>
    public string? WeightsFile { get; init; }
}
