using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--network MODEL</c>: the network of features by which images and paintings are compared.</summary>
internal static class StyleNetworkOption
{
    private const string File = "vgg16-notop.onnx";
    private const string Catalogued = "vgg16-12";
    private const string Bundled = "vgg16-small";

    /// <param name="start">The first words of the description.</param>
    public static Option<string?> Create(string start = "The") => new("--network")
    {
        Description = $"{start} network whose features are compared: VGG, or one laid out like it (.onnx, or a name). [default: {File}, here or in the model folder, else {Catalogued}, once it is pulled, else {Bundled}, which comes with the library]",
        HelpName = "MODEL",
    };

    /// <summary>The network that was named, else the best one at hand.</summary>
    public static string Find(string? named) => named
        ?? new[] { File, Path.Combine(ModelFolder.Path, File) }.FirstOrDefault(System.IO.File.Exists)
        ?? (ModelCatalogue.Default.Get(Catalogued).IsPulled() ? Catalogued : Bundled);

    /// <summary>Opens it, and tells which it is where none was named.</summary>
    public static OnnxModel Open(string? named, Terminal terminal)
    {
        var found = Find(named);
        if (named is null) terminal.Note($"network of features: {found}{(found == Bundled ? $", which comes with the library; `mlnetvision model pull {Catalogued}` gets VGG16 itself, for finer strokes in five times the time" : "")}.");
        return ModelLocator.Open(found);
    }
}
