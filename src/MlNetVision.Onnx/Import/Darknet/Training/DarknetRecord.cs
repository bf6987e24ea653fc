using MlNetVision.Onnx.Import.Darknet.Layers;

namespace MlNetVision.Onnx.Import.Darknet.Training;

/// <summary>The content of a <c>.weights</c> file by layer, read with the sections that belong to it.</summary>
internal sealed class DarknetRecord
{
    private readonly Dictionary<int, float[][]> _layers = [];

    /// <summary>The number of images that the network was trained on.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether the matrices of [connected] lie by input instead of by output.</summary>
    public bool Transposed { get; private set; }

    /// <summary>Whether the weights of a <c>[batchnorm]</c> start with biases.</summary>
    public bool BatchnormHasBiases { get; private init; }

    /// <summary>The values of a layer in the file's order; null where the file ends before it.</summary>
    public float[][]? this[int layer] => _layers.GetValueOrDefault(layer);

    /// <summary>Reads a file.</summary>
    /// <param name="config">The network that the file belongs to.</param>
    /// <param name="path">The file.</param>
    /// <param name="mayEnd">Whether it may end after any layer.</param>
    /// <exception cref="BadModelException">It is damaged, or of another network.</exception>
    public static DarknetRecord Read(DarknetConfig config, string path, bool mayEnd) =>
        BatchNormalization.InEitherForm(config, hasBiases => Read(config, path, mayEnd, hasBiases));

    private static DarknetRecord Read(DarknetConfig config, string path, bool mayEnd, bool batchnormHasBiases)
    {
        using var weights = DarknetWeights.Open(path);
        var record = new DarknetRecord { Seen = weights.Seen, Transposed = weights.Transposed, BatchnormHasBiases = batchnormHasBiases };
        var network = DarknetNetwork.Start(config, new Recorder(record, weights), trains: true, batchnormHasBiases);
        foreach (var section in config.Layers)
        {
            if (mayEnd && weights.IsAtEnd) break;
            DarknetLayers.Read(network, section);
        }
        weights.ExpectEnd(config);
        return record;
    }

    /// <summary>Keeps what it reads.</summary>
    private sealed class Recorder(DarknetRecord record, DarknetWeights weights) : IDarknetValues
    {
        public bool Transposed => weights.Transposed;

        public float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts) =>
            record._layers[section.Number] = weights.Read(section, inputs, parts);
    }
}
