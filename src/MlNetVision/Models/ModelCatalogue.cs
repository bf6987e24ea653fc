using System.Diagnostics.CodeAnalysis;

namespace MlNetVision.Models;

/// <summary>The models that are known by name, with where they are fetched from and what they need.</summary>
public sealed class ModelCatalogue
{
    private static readonly Lazy<ModelCatalogue> Embedded = new(ReadEmbedded);

    internal ModelCatalogue(IReadOnlyList<CatalogueEntry> entries) => Entries = entries;

    /// <summary>The catalogue that comes with the library (<c>assets/catalogue.json</c>).</summary>
    public static ModelCatalogue Default => Embedded.Value;

    /// <summary>All models, in the order of the file.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    /// <summary>Reads a catalogue from JSON of the form of <c>assets/catalogue.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call the catalogue, usually its file.</param>
    /// <exception cref="BadModelException">The text is not such a catalogue; the message names the model and the value.</exception>
    public static ModelCatalogue Parse(string json, string name = "catalogue")
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ModelCatalogue(CatalogueReader.Read(json, name));
    }

    /// <summary>Looks a model up; names are compared without regard to case.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CatalogueEntry? entry) =>
        (entry = Entries.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase))) is not null;

    /// <summary>Looks a model up.</summary>
    /// <exception cref="BadModelException">There is none of that name; the message lists those that there are.</exception>
    public CatalogueEntry Get(string name) => TryGet(name, out var entry)
        ? entry
        : throw new BadModelException($"The catalogue has no model '{name}'. It has: {string.Join(", ", Entries.Select(e => e.Name))}.");

    private static ModelCatalogue ReadEmbedded()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), "catalogue.json");
    }
}
