namespace MlNetVision.Onnx.Import;

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
    /// <exception cref="BadModelException">A file is missing, unreadable, damaged, or holds what is not supported; the message names the file and the position in it.</exception>
    ImportedModel Import(string path, ImportOptions? options = null);
}

/// <summary>Options of an import.</summary>
public sealed record ImportOptions
{
    /// <summary>The file of weights, for formats that store them apart. Null, the default: the format's usual file beside the network.</summary>
    public string? WeightsFile { get; init; }
}
