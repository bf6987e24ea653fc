namespace MlNetVision.Models;

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
