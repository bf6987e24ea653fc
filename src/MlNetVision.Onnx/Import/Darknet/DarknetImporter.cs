using System.Globalization;
using MlNetVision.Onnx.Import.Darknet.Layers;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// Turns a Darknet network (a <c>.cfg</c> with its <c>.weights</c>) into an ONNX model.
/// </summary>
/// <remarks>
/// The arithmetic is that of the original Darknet (J. Redmon, https://pjreddie.com/darknet), with the layers that YOLO v4
/// added (A. Bochkovskiy, arXiv:2004.10934).
/// </remarks>
public static class DarknetImporter
{
    private delegate DarknetTensor LayerReader(DarknetNetwork network, DarknetSection section, string name);

    private static readonly Dictionary<string, LayerReader> Readers = new(StringComparer.Ordinal)
    {
        ["convolutional"] = ConvolutionalLayer.Read,
        ["maxpool"] = PoolingLayers.ReadMax,
        ["avgpool"] = PoolingLayers.ReadAverage,
        ["route"] = RouteLayer.Read,
        ["reorg"] = ReorgLayer.Read,
        ["reorg3d"] = ReorgLayer.Read3D,
        ["shortcut"] = ShortcutLayer.Read,
        ["upsample"] = UpsampleLayer.Read,
        ["scale_channels"] = ScaleLayers.ReadChannels,
        ["sam"] = ScaleLayers.ReadAttention,
        ["crop"] = CropLayer.Read,
        ["dropout"] = SimpleLayers.ReadIdentity,
        ["cost"] = SimpleLayers.ReadIdentity,
        ["activation"] = SimpleLayers.ReadActivation,
        ["softmax"] = SimpleLayers.ReadSoftmax,
        ["connected"] = ConnectedLayer.Read,
    };

    /// <summary>Reads a network and its weights.</summary>
    /// <param name="cfgPath">The <c>.cfg</c> file.</param>
    /// <param name="weightsPath">The <c>.weights</c> file; by default the one of the same stem beside the <c>.cfg</c>.</param>
    /// <returns>
    /// A model with the input <c>image</c> (float, 1 × channels × height × width, RGB from 0 to 1). A detector has one output
    /// a head, <c>grid_0</c>, <c>grid_1</c>, …: the raw grid (1 × anchors · (5 + classes) × h × w) as the last convolution leaves it,
    /// described by <see cref="VisionMetadata.GetYoloHeads"/>. Any other network has the output <c>output</c>. What Darknet's layer
    /// number N gives is the tensor <c>layer_N_type</c>, such as <c>layer_07_maxpool</c>. Class names are not set: a
    /// <c>.cfg</c> does not hold them.
    /// </returns>
    /// <exception cref="BadModelException">
    /// A file is missing or unreadable, a section or option is unknown or unsupported, or the weights are too short or too long. The message
    /// names the section, its line, and the bytes expected and found.
    /// </exception>
    public static OnnxModel Import(string cfgPath, string? weightsPath = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(cfgPath);
        var config = DarknetConfig.Load(cfgPath);
        var net = config.Net;
        var input = DarknetNetwork.Sized(
            net, "image", net.RequiredInteger("channels", 1), net.RequiredInteger("height", 1), net.RequiredInteger("width", 1));
        using var weights = DarknetWeights.Open(weightsPath ?? Path.ChangeExtension(cfgPath, ".weights"));

        var graph = new OnnxGraphBuilder(Path.GetFileNameWithoutExtension(cfgPath));
        graph.Input(input.Name, TensorProto.Types.DataType.Float, 1, input.Channels, input.Height, input.Width);
        var network = new DarknetNetwork(graph, weights, input);
        foreach (var section in config.Layers) ReadLayer(network, section);
        weights.ExpectEnd(config);
        if (network.Heads.Count == 0) AddOutput(network, config.Layers[^1]);

        var model = graph.Build(cfgPath);
        Describe(model, network);
        return model;
    }

    private static void ReadLayer(DarknetNetwork network, DarknetSection section)
    {
        if (section.Type is "region" or "yolo") network.Add(HeadLayers.Read(network, section));
        else if (Readers.TryGetValue(section.Type, out var read)) network.Add(read(network, section, network.LayerName(section)));
        else throw section.Bad($"this section is not supported; supported are {string.Join(", ", Readers.Keys)}, region, yolo");
        section.RefuseMisspelt();
    }

    private static void AddOutput(DarknetNetwork network, DarknetSection last)
    {
        var tensor = network.Named(-1, last, "the output");
        if (tensor is { Height: 1, Width: 1 })
        {
            network.Reshape("output", tensor.Name, 1, tensor.Channels);
            network.Graph.Output("output", TensorProto.Types.DataType.Float, 1, tensor.Channels);
            return;
        }
        network.Graph.Node("Identity", "output", [tensor.Name]);
        network.Graph.Output("output", TensorProto.Types.DataType.Float, 1, tensor.Channels, tensor.Height, tensor.Width);
    }

    private static void Describe(OnnxModel model, DarknetNetwork network)
    {
        var detects = network.Heads.Count > 0;
        var input = network.Input;
        model.SetImageSize(input.Height, input.Width);
        model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        // Darknet's detector letterboxes; its classifier takes the centre.
        model.Metadata[VisionMetadata.ResizeKey] = detects ? "letterbox" : "crop";
        model.Metadata[VisionMetadata.TaskKey] = detects ? "detect" : "classify";
        if (!detects) return;
        var coarsest = model.Graph.Output.Min(o => o.Type.TensorType.Shape.Dim[2].DimValue);
        model.Metadata["stride"] = (input.Height / coarsest).ToString(CultureInfo.InvariantCulture);
        model.SetYoloHeads(network.Heads);
    }
}
