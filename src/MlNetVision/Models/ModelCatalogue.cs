using System.Diagnostics.CodeAnalysis;
using MlNetVision.Files;

namespace MlNetVision.Models;

/// <summary>The models known by name, with their addresses and settings.</summary>
public sealed class ModelCatalogue
{
    /// <summary>The environment variable that names a catalogue of the user's own.</summary>
    public const string Variable = "MLNETVISION_CATALOGUE";

    private static readonly Lazy<ModelCatalogue> Known = new(() => Read(Environment.GetEnvironmentVariable(Variable)));

    internal ModelCatalogue(IReadOnlyList<CatalogueEntry> entries) => Entries = entries;

    /// <summary>
    /// The catalogue that comes with the library (<c>assets/catalogue.json</c>), overlaid by the file that
    /// <c>MLNETVISION_CATALOGUE</c> names, whose models win where names are equal.
    /// </summary>
    /// <exception cref="BadModelException">That file cannot be read, or is not a catalogue.</exception>
    public static ModelCatalogue Default => Known.Value;

    /// <summary>All models, in the order of the file.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    /// <summary>Reads a catalogue from JSON of the form of <c>assets/catalogue.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">The catalogue's name in messages, usually its file.</param>
    /// <exception cref="BadModelException">The text is not such a catalogue; the message names the model and the value.</exception>
    public static ModelCatalogue Parse(string json, string name = "catalogue")
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ModelCatalogue(CatalogueReader.Read(json, name));
    }

    /// <summary>Finds a model by name, case ignored.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CatalogueEntry? entry) =>
        (entry = Entries.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase))) is not null;

    /// <summary>Finds a model by name.</summary>
    /// <exception cref="BadModelException">There is no such model; the message lists the available ones.</exception>
    public CatalogueEntry Get(string name) => TryGet(name, out var entry)
        ? entry
        : throw new BadModelException($"The catalogue has no model '{name}'. It has: {string.Join(", ", Entries.Select(e => e.Name))}.");

    internal static ModelCatalogue Read(string? file)
    {
        var embedded = ReadEmbedded();
        if (string.IsNullOrWhiteSpace(file)) return embedded;
        var own = Parse(SmallTextFile.Read(file, "a catalogue of models in JSON"), file);
        return new ModelCatalogue([.. own.Entries, .. embedded.Entries.Where(e => !own.TryGet(e.Name, out _))]);
    }

    private static ModelCatalogue ReadEmbedded()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), "catalogue.json");
    }
}

/// <summary>The folder of pulled models on this machine.</summary>
public static class ModelFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "MLNETVISION_MODELS";

    /// <summary>
    /// The folder that <c>MLNETVISION_MODELS</c> names, or <c>mlnetvision/models</c> in the user's local application data
    /// (<c>~/.local/share</c> on Linux). It need not exist; pulling creates it.
    /// </summary>
    public static string Path => Resolve(Environment.GetEnvironmentVariable(Variable));

    internal static string Resolve(string? variable)
    {
        if (!string.IsNullOrWhiteSpace(variable)) return System.IO.Path.GetFullPath(variable);
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(data, "mlnetvision", "models"));
    }
}
