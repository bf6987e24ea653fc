using System.Globalization;
using MlNetVision.Files;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>Turns a Torch7 network (a <c>.t7</c> file in binary form) into an ONNX model.</summary>
/// <remarks>
/// The modules are those of torch/nn and of jcjohnson/fast-neural-style (arXiv:1603.08155), which feed-forward style networks are made of.
/// </remarks>
public sealed class Torch7Importer : IModelImporter
{
    private const string InputName = "image";
    private const string OutputName = "stylized";

    /// <summary>Caffe's VGG: BGR, 0–255, less the mean of ImageNet's images.</summary>
    private static readonly ImportedPixels Vgg = new(Bgr: true, Mean: [103.939f, 116.779f, 123.68f], Deviation: [1]);

    /// <summary>torchvision's ResNet: RGB, 0–1, less ImageNet's mean, by its deviation.</summary>
    private static readonly ImportedPixels ResNet = new(
        Bgr: false, Mean: [0.485f * 255, 0.456f * 255, 0.406f * 255], Deviation: [0.229f * 255, 0.224f * 255, 0.225f * 255]);

    /// <inheritdoc/>
    public string Name => "Torch7";

    /// <summary><c>.t7</c>.</summary>
    public IReadOnlyList<string> Extensions { get; } = [".t7"];

    /// <summary>Reads a network: a bare <c>nn.Sequential</c>, or the <c>model</c> of a checkpoint's table.</summary>
    /// <param name="path">The <c>.t7</c> file.</param>
    /// <param name="options">Not used: a <c>.t7</c> holds its weights.</param>
    /// <returns>
    /// A model from <c>image</c> (float, N × channels × H × W, of any size) to <c>stylized</c>. What a module gives is the tensor of its
    /// path and type, such as <c>11.1.ReLU</c>. It takes images as its checkpoint says, and otherwise as VGG does
    /// (BGR less the mean, which the caller adds to the output); <see cref="ImportedModel.Stride"/> is what the image's sides should
    /// be a multiple of.
    /// </returns>
    /// <exception cref="BadModelException">
    /// The file is missing or unreadable, no Torch7 file, damaged, no network, or has a module that is not supported. The message names the
    /// byte, or the module by its path.
    /// </exception>
    public ImportedModel Import(string path, ImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Read(RegularFile.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadModelException($"{path}: the network cannot be read: {e.Message}", e);
        }
    }

    internal static ImportedModel Read(byte[] bytes, string name)
    {
        var memory = new Torch7Memory(bytes.Length);
        var root = Torch7Reader.Read(bytes, name, memory);
        var module = new Torch7Module(name, Network(root, name), "");
        var graph = new GraphWriter(Path.GetFileNameWithoutExtension(name));
        var network = new Torch7Network(graph, bytes, memory);
        var outputs = network.Add(module, [new Torch7Signal(InputName, null, 1)]);
        if (outputs.Count != 1) throw module.Bad($"gives {outputs.Count} tensors; one image was expected");
        if (network.InputChannels is not { } channels) throw module.Bad("has no module that says how many channels it takes");

        graph.Input(InputName, TensorProto.Types.DataType.Float, -1, channels, -1, -1);
        graph.Node("Identity", OutputName, [outputs[0].Name]);
        graph.Output(OutputName, TensorProto.Types.DataType.Float, -1, outputs[0].Channels ?? channels, -1, -1);
        return new ImportedModel(graph.Build(name))
        {
            Purpose = ImportedPurpose.Stylize,
            Pixels = Pixels(root, name),
            Stride = network.MostShrink,
        };
    }

    private static Torch7Object Network(object? root, string name) => root switch
    {
        Torch7Object module => module,
        Torch7Table table when table["model"] is Torch7Object module => module,
        Torch7Table table => throw NoNetwork(name, $"a table without one under 'model'; it has {Keys(table)}"),
        _ => throw NoNetwork(name, "another value"),
    };

    private static string Keys(Torch7Table table)
    {
        var keys = table.Entries.Select(e => Convert.ToString(e.Key, CultureInfo.InvariantCulture)).Take(10).ToList();
        return keys.Count == 0 ? "nothing" : string.Join(", ", keys.Select(k => Torch7Reader.Shorten(k!)));
    }

    /// <summary>The option <c>-preprocessing</c> of fast-neural-style's training, which its checkpoints keep.</summary>
    private static ImportedPixels Pixels(object? root, string name) =>
        ((root as Torch7Table)?["opt"] as Torch7Table)?["preprocessing"] switch
        {
            null or "vgg" => Vgg,
            "resnet" => ResNet,
            var other => throw new BadModelException(
                $"{name}: the checkpoint was trained with the preprocessing "
                + $"'{(other is string text ? Torch7Reader.Shorten(text) : other)}'; vgg or resnet was expected."),
        };

    private static BadModelException NoNetwork(string name, string found) =>
        new($"{name}: expected a network, such as nn.Sequential, or a table with one under 'model', found {found}.");
}
