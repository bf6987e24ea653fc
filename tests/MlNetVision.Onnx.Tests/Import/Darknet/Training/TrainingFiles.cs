using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet.Training;

/// <summary>A detector in a temporary folder, <c>net.cfg</c> and <c>net.weights</c>, whose every value is random: as after a training.</summary>
internal sealed class TrainingFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("darknet-training-").FullName;

    public TrainingFiles(string cfg)
    {
        File.WriteAllText(Cfg, cfg);
        Trained = Randomize(DarknetTrainingNetwork.Load(Cfg).Model, seed: 3);
        DarknetTrainingNetwork.Load(Cfg).WriteWeights(Trained, Weights, seen: 64_000);
    }

    /// <summary>A detector of the given layers between the image, 4 × 8 × 12, and a head.</summary>
    public static string Detector(string layers) =>
        $"[net]\nchannels=4\nheight=8\nwidth=12\n{layers}\n[convolutional]\nfilters=14\nactivation=linear\n[yolo]\nclasses=2\nnum=2\nanchors=1,2,3,4\n";

    public string Cfg => Path.Combine(_folder, "net.cfg");

    public string Weights => Path.Combine(_folder, "net.weights");

    public OnnxModel Trained { get; }

    public string Other(string name) => Path.Combine(_folder, name);

    public DarknetTrainingNetwork Load(DarknetTrainingOptions? options = null) =>
        DarknetTrainingNetwork.Load(Cfg, (options ?? new()) with { WeightsFile = Weights });

    /// <summary>A copy whose values are random: biases, scales, means and kernels about those of a trained network, variances above 0.</summary>
    public static OnnxModel Randomize(OnnxModel model, int seed)
    {
        var copy = model.Clone();
        var random = new Random(seed);
        foreach (var tensor in copy.Graph.Initializer.Where(t => t.Name.StartsWith("layer_", StringComparison.Ordinal) && t.DataType == 1))
        {
            var (low, high) = Path.GetFileName(tensor.Name) switch
            {
                "bias" or "mean" => (-.5, .5),
                "scale" => (.5, 1.5),
                "variance" => (.1, 2),
                "kernel" => (double.NaN, 0),
                _ => (0, 0),
            };
            if (low == high) continue;
            var values = TensorData.Floats(tensor).ToArray();
            if (!double.IsNaN(low))
                foreach (ref var v in values.AsSpan()) v = (float)(low + random.NextDouble() * (high - low));
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        }
        return copy;
    }

    /// <summary>The values of an initializer.</summary>
    public static float[] Values(OnnxModel model, string initializer) =>
        TensorData.Floats(model.Graph.Initializer.Single(t => t.Name == initializer)).ToArray();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
