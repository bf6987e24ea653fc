using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.ModelOptions;

/// <summary><c>--network MODEL</c>: the feature network that compares images and paintings, and the layers that it compares them at.</summary>
internal static class StyleNetworkOption
{
    private const string File = "vgg16-notop.onnx";
    private const string Catalogued = "vgg16-12";
    private const string Bundled = "vgg16-small";

    /// <param name="start">The first words of the description.</param>
    public static Option<string?> Create(string start = "The") => new("--network")
    {
        Description = $"{start} feature network that compares images: VGG, or one with its structure (.onnx, or a name). "
            + $"[default: {File}, here or in the model folder, else {Catalogued}, once it is pulled, else {Bundled}, which comes with the library]",
        HelpName = "MODEL",
    };

    /// <summary>The network that was named, else the best one at hand.</summary>
    public static string Find(string? named) => named
        ?? new[] { File, Path.Combine(ModelFolder.Path, File) }.FirstOrDefault(System.IO.File.Exists)
        ?? (ModelCatalogue.Default.Get(Catalogued).IsPulled() ? Catalogued : Bundled);

    /// <summary>Opens it, and notes which it is where none was named.</summary>
    public static OnnxModel Open(string? named, Terminal terminal)
    {
        var found = Find(named);
        var better =
            $", which comes with the library; `mlnetvision model pull {Catalogued}` gets VGG16 itself, for finer strokes in five times the time";
        if (named is null) terminal.Note($"feature network: {found}{(found == Bundled ? better : "")}.");
        return ModelLocator.Open(found);
    }

    /// <summary>Layers, written as NAME or NAME=WEIGHT and separated by commas; null where the option is not given.</summary>
    /// <exception cref="UsageException">They are written otherwise.</exception>
    public static List<WeightedLayer>? ReadLayers(ParseResult parsed, Option<string?> option)
    {
        return parsed.SplitNames(option, "the names of layers") is { } names ? [.. names.Select(name => Read(name, names.Length))] : null;

        WeightedLayer Read(string part, int count)
        {
            var at = part.LastIndexOf('=');
            if (at < 0) return new WeightedLayer(part, 1f / count);
            if (at == 0) throw new UsageException($"{option.Name} '{part}': expected NAME=WEIGHT, found no name.");
            return float.TryParse(part.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight >= 0
                ? new WeightedLayer(part[..at], weight)
                : throw new UsageException($"{option.Name} '{part}': expected NAME=WEIGHT with a number from 0.");
        }
    }
}
