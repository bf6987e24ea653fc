using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>A model that the catalogue knows by name.</summary>
public sealed partial record CatalogueEntry
{
    /// <summary>The name that commands and <c>Load</c> take, such as <c>yolov2-coco-9</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The task: <c>detect</c>, <c>segment</c>, <c>classify</c>, <c>stylize</c>, or <c>features</c> for feature networks (perceptual losses).
    /// </summary>
    public required string Task { get; init; }

    /// <summary>One or two sentences for a list of models.</summary>
    public required string Description { get; init; }

    /// <summary>Whether the model comes with the library; then it has no <see cref="Files"/> and needs no pull.</summary>
    public bool Bundled { get; init; }

    /// <summary>The files of the model; empty for bundled models.</summary>
    public IReadOnlyList<CatalogueFile> Files { get; init; } = [];

    /// <summary>The licence of the weights.</summary>
    public required string License { get; init; }

    /// <summary>Where the licence is stated.</summary>
    public required string LicenseSource { get; init; }

    /// <summary>The page that describes the model.</summary>
    public required Uri Source { get; init; }

    /// <summary>The width of the network's input in pixels; 0 for a style network of free size.</summary>
    public required int InputWidth { get; init; }

    /// <summary>The height of the network's input in pixels; 0 for a style network of free size.</summary>
    public required int InputHeight { get; init; }

    /// <summary>The input normalisation, as <c>--preprocess</c> takes it: <c>unit</c> (RGB 0–1), <c>raw</c> (RGB 0–255), …</summary>
    public required string Preprocess { get; init; }

    /// <summary>How images are resized to the input's size: <c>stretch</c>, <c>letterbox</c> or <c>crop</c>.</summary>
    public required string Resize { get; init; }

    /// <summary>The class names in the order of the network's classes; empty where the task has none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>
    /// The detection head of an ONNX export that does not describe it; null where the model describes its own, and for other tasks.
    /// </summary>
    public CatalogueHead? Head { get; init; }

    /// <summary>The bytes of all files together; 0 for bundled models.</summary>
    public long Size => Files.Sum(f => f.Size);

    /// <summary>The file that is loaded, an <c>.onnx</c> or a <c>.cfg</c> with its <c>.weights</c> beside it; null for bundled models.</summary>
    public CatalogueFile? ModelFile => Files.FirstOrDefault(f => Path.GetExtension(f.Name) is ".onnx" or ".cfg");

    /// <summary>The path of <see cref="ModelFile"/> once it is pulled.</summary>
    /// <param name="folder">The model folder; null: <see cref="ModelFolder.Path"/>.</param>
    /// <exception cref="InvalidOperationException">The model is bundled: it has no file.</exception>
    public string PathIn(string? folder = null) => ModelFile is { } file
        ? Path.Combine(folder ?? ModelFolder.Path, file.Name)
        : throw new InvalidOperationException($"The model '{Name}' comes with the library; it has no file.");

    /// <summary>
    /// Whether all files exist with the correct length; true for bundled models. Hashes are not checked again: a file
    /// appears under its name only after its hash was checked.
    /// </summary>
    /// <param name="folder">The model folder; null: <see cref="ModelFolder.Path"/>.</param>
    public bool IsPulled(string? folder = null) => Files.All(f =>
        RegularFile.LengthOf(Path.Combine(folder ?? ModelFolder.Path, f.Name)) == f.Size);

    /// <summary>Compares length and SHA-256 of the pulled files with the catalogue; bundled models have no files.</summary>
    /// <param name="folder">The model folder; null: <see cref="ModelFolder.Path"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BadModelException">A file is missing or has another content; the message names it.</exception>
    public async Task VerifyAsync(string? folder = null, CancellationToken cancellationToken = default)
    {
        foreach (var file in Files)
        {
            var path = Path.Combine(folder ?? ModelFolder.Path, file.Name);
            if (RegularFile.LengthOf(path) is not { } length)
                throw new BadModelException($"{path}: is missing, or is no regular file; run 'mlnetvision model pull {Name}'.");
            if (length != file.Size) throw FileHash.WrongSize(path, file, length);
            var found = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
            if (found != file.Sha256) throw FileHash.WrongHash(path, file, found);
        }
    }
}

/// <summary>One file of a model in the catalogue: its addresses and its checksum.</summary>
public sealed record CatalogueFile
{
    /// <summary>The file's name in the model folder; unique within the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Where the file is fetched from (http or https).</summary>
    public required Uri Address { get; init; }

    /// <summary>Other addresses of the same content, tried in turn where <see cref="Address"/> fails. Empty by default.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>The SHA-256 of the whole file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The length of the file in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where <see cref="Sha256"/> was published or how it was found; null: not stated.</summary>
    public string? HashSource { get; init; }
}

/// <summary>A detection head as a catalogue states it.</summary>
/// <param name="Format">The name of its <see cref="Detection.DetectionHeadFormat"/>, such as <c>yolo-grid</c>.</param>
/// <param name="Json">The JSON object, in the form that <see cref="Detection.DetectionHeadFormat.FromCatalogue"/> reads.</param>
public sealed record CatalogueHead(string Format, string Json);
