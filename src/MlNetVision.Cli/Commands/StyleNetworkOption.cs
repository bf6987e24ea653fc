using System.CommandLine;
using MlNetVision.Models;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--network MODEL</c>: the network of features by which pictures and paintings are compared.</summary>
internal static class StyleNetworkOption
{
    private const string Name = "--network";
    private const string File = "vgg16-notop.onnx";
    private const string Catalogued = "vgg16-12";

    /// <param name="start">The first words of the description.</param>
    public static Option<string?> Create(string start = "The") => new(Name)
    {
        Description = $"{start} network whose features are compared: VGG, or one laid out like it (.onnx, or a name of the catalogue). [default: {File}, here or in the model folder, else {Catalogued}, once it is pulled]",
        HelpName = "MODEL",
    };

    /// <summary>The network that was named, else the default one that is at hand.</summary>
    /// <exception cref="BadModelException">None was named, and none is at hand.</exception>
    public static string Find(string? named)
    {
        if (named is not null) return named;
        if (new[] { File, Path.Combine(ModelFolder.Path, File) }.FirstOrDefault(System.IO.File.Exists) is { } file) return file;
        if (ModelCatalogue.Default.Get(Catalogued).IsPulled()) return Catalogued;
        throw new BadModelException(
            $"no network of features is at hand to compare pictures by: run `mlnetvision model pull {Catalogued}` once, or give {Name} MODEL. Looked for {File} here and in {ModelFolder.Path}.");
    }
}
