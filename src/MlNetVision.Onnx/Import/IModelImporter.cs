namespace MlNetVision.Onnx.Import;

/// <summary>
/// Turns the files of another framework into an ONNX model. An importer that is registered by <see cref="ModelImporters.Register"/>
/// serves wherever a model is asked for. Its members may be called from several threads at once.
/// </summary>
public interface IModelImporter
{
    /// <summary>The name of the framework or format, such as <c>Darknet</c>.</summary>
    string Name { get; }

    /// <summary>The endings of the files that it takes, each with its dot, such as <c>.cfg</c>; case is ignored.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Reads a network and its weights.</summary>
    /// <param name="path">The file, with one of the <see cref="Extensions"/>.</param>
    /// <param name="options">Files that do not stand beside it; null: none.</param>
    /// <returns>The network, and what the file says of its use.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="BadModelException">A file is missing, unreadable, damaged, or holds what is not supported; the message names the file and the place in it.</exception>
    ImportedModel Import(string path, ImportOptions? options = null);
}

/// <summary>What an importer is told besides the file.</summary>
public sealed record ImportOptions
{
    /// <summary>The file of weights, for formats that keep them apart. Null, the default: the one that the format's custom places beside the network.</summary>
    public string? WeightsFile { get; init; }
}
