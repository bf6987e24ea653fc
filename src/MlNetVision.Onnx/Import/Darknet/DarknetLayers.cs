using MlNetVision.Onnx.Import.Darknet.Layers;
using MlNetVision.Onnx.Import.Darknet.Training;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>Reads the sections of a network one after the other, each by the reader of its type.</summary>
internal static class DarknetLayers
{
    private delegate DarknetTensor LayerReader(DarknetNetwork network, DarknetSection section, string name);

    private static readonly Dictionary<string, LayerReader> Readers = new(StringComparer.Ordinal)
    {
        ["convolutional"] = ConvolutionalLayer.Read,
        ["maxpool"] = PoolingLayers.ReadMax,
        ["avgpool"] = PoolingLayers.ReadAverage,
        ["local_avgpool"] = PoolingLayers.ReadLocalAverage,
        ["batchnorm"] = BatchNormalization.ReadLayer,
        ["route"] = RouteLayer.Read,
        ["reorg"] = ReorgLayer.Read,
        ["reorg3d"] = ReorgLayer.Read3D,
        ["shortcut"] = ShortcutLayer.Read,
        ["upsample"] = UpsampleLayer.Read,
        ["scale_channels"] = ScaleLayers.ReadChannels,
        ["sam"] = ScaleLayers.ReadAttention,
        ["crop"] = CropLayer.Read,
        ["dropout"] = SimpleLayers.ReadDropout,
        ["cost"] = SimpleLayers.ReadIdentity,
        ["activation"] = SimpleLayers.ReadActivation,
        ["softmax"] = SimpleLayers.ReadSoftmax,
        ["connected"] = ConnectedLayer.Read,
        ["local"] = LocalLayer.Read,
    };

    private static readonly Dictionary<string, Action<DarknetNetwork, DarknetSection>> HeadReaders = new(StringComparer.Ordinal)
    {
        ["region"] = HeadLayers.ReadRegion,
        ["yolo"] = HeadLayers.ReadYolo,
        ["Gaussian_yolo"] = HeadLayers.ReadGaussian,
        ["detection"] = DetectionLayer.Read,
    };

    /// <summary>Sections that keep a state from one image to the next, which a network as data has not.</summary>
    private static readonly string[] Recurrent = ["rnn", "lstm", "gru", "crnn", "conv_lstm", "history"];

    /// <summary>Writes a layer into the graph.</summary>
    /// <exception cref="BadModelException">The section or one of its options is unknown or unsupported, or the weights do not fit.</exception>
    public static void Read(DarknetNetwork network, DarknetSection section)
    {
        if (network.Trains) Untrainable.Refuse(section);
        if (HeadReaders.TryGetValue(section.Type, out var readHead)) readHead(network, section);
        else if (Readers.TryGetValue(section.Type, out var read)) network.Add(read(network, section, DarknetNetwork.LayerName(section)));
        else if (Recurrent.Contains(section.Type))
            throw section.Bad("a recurrent section: it keeps a state from one image to the next, which is not supported");
        else throw section.Bad($"this section is not supported; supported are {string.Join(", ", Readers.Keys.Concat(HeadReaders.Keys))}");
        section.RefuseMisspelt();
    }
}
