using Microsoft.ML.OnnxRuntime;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Detection;

/// <summary>
/// Starts a network with the layers of a detector in which batch normalisation is folded into the convolutions. Training normalises by batches again, so each
/// layer gets the mean and variance that its output has on some images, and a scale and bias that undo them: the network computes the same as before, and its
/// batches are close to what it was trained for.
/// </summary>
public static class DetectorStart
{
    /// <summary>The number of images that statistics are measured on.</summary>
    private const int MostImages = 32;

    private const float Epsilon = 1e-5f;

    /// <summary>
    /// Takes over the layers that fit, from the first on. The convolution before a head keeps its own values where it does not fit, or the model has other
    /// classes, or the same in another order.
    /// </summary>
    /// <param name="network">The network; it is not changed.</param>
    /// <param name="model">A detector that was imported from Darknet, or trained here: its initializers have the layers' names.</param>
    /// <param name="labels">The class names of the network, by index.</param>
    /// <param name="images">Training images to measure statistics on; the first 32 that can be read are taken.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    /// <returns>The network with its values; <see cref="DarknetTrainingNetwork.LoadedLayers"/> says how many layers fit.</returns>
    /// <exception cref="BadDataSetException">No image can be read.</exception>
    public static DarknetTrainingNetwork From(
        DarknetTrainingNetwork network, OnnxModel model, IReadOnlyList<string> labels, IReadOnlyList<string> images,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(images);
        var fitting = Fitting(network, model, hasClasses: model.GetNames() is not { } names || names.SequenceEqual(labels, StringComparer.Ordinal));
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (layer, kernel, bias) in fitting)
        {
            (values[$"{layer.Name}/kernel"], values[$"{layer.Name}/bias"]) = (kernel, bias);
            if (layer.Statistics.Count == 0) continue;
            values[$"{layer.Name}/scale"] = Filled(bias.Length, 1);
            values[$"{layer.Name}/mean"] = new float[bias.Length];
            values[$"{layer.Name}/variance"] = Filled(bias.Length, 1 - Epsilon);
        }
        var folded = InitializerValues.In(network.Model, values.Select(v => (v.Key, v.Value)));
        var normalised = fitting.Where(f => f.Layer.Statistics.Count > 0).ToList();
        if (normalised.Count > 0) Measure(network, folded, [.. normalised.Select(f => f.Layer)], images, values, cancellationToken);
        return network.WithValues(InitializerValues.In(network.Model, values.Select(v => (v.Key, v.Value))), fitting.Count);
    }

    /// <summary>
    /// The anchors of a detector with one <c>[region]</c>, width and height in turn, in cells of its grid; null for other detectors. Layers that were trained
    /// with them need them.
    /// </summary>
    /// <param name="model">A detector that was imported from Darknet, or trained here.</param>
    public static IReadOnlyList<float>? AnchorsOf(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return DetectionHeads.Of(model) is [YoloHead { Kind: YoloHeadKind.Region } head] ? [.. head.Anchors.SelectMany(a => new[] { a.Width, a.Height })] : null;
    }

    private static List<(DarknetLayerInfo Layer, float[] Kernel, float[] Bias)> Fitting(
        DarknetTrainingNetwork network, OnnxModel model, bool hasClasses)
    {
        var (theirs, ours) = (Stored(model), Stored(network.Model));
        var fitting = new List<(DarknetLayerInfo, float[], float[])>();
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            if (layer.Parameters.Count == 0) continue;
            var (kernel, bias) = ($"{layer.Name}/kernel", $"{layer.Name}/bias");
            var isHead = i + 1 < network.Layers.Count && network.Layers[i + 1].Type is "region" or "yolo";
            if (isHead && !hasClasses) continue;
            if (theirs.TryGetValue(kernel, out var k) && theirs.TryGetValue(bias, out var b) && ours.TryGetValue(kernel, out var own)
                && k.Dims.SequenceEqual(own.Dims) && b.Dims.SequenceEqual(ours[bias].Dims))
                fitting.Add((layer, TensorData.Floats(k).ToArray(), TensorData.Floats(b).ToArray()));
            else if (!isHead)
                break;
        }
        return fitting;
    }

    private static Dictionary<string, TensorProto> Stored(OnnxModel model) => model.Graph.Initializer
        .Where(t => t.DataType == (int)TensorProto.Types.DataType.Float).ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Measures what the convolutions give, and sets the normalisation so that it undoes itself.</summary>
    private static void Measure(DarknetTrainingNetwork network, OnnxModel folded, IReadOnlyList<DarknetLayerInfo> layers, IReadOnlyList<string> images,
        Dictionary<string, float[]> values, CancellationToken cancellationToken)
    {
        // The input of a layer's normalisation is what its convolution gives.
        string[] taps = [.. layers.Select(l => folded.Graph.Node.First(n => n.OpType == "BatchNormalization" && n.Input[1] == $"{l.Name}/scale").Input[0])];
        var probe = folded.Clone();
        probe.Graph.Output.Clear();
        foreach (var tap in taps) probe.Graph.Output.Add(OnnxValue.Info(tap, TensorProto.Types.DataType.Float, [-1, -1, -1, -1]));
        using var session = OnnxSession.Open(probe);
        var moments = layers.Select(l => new ChannelMoments(l.Channels)).ToArray();
        var (resize, done, error) = (DetectorAnchors.Resize(network), 0, "");
        var pixels = new float[3 * resize.Width * resize.Height];
        foreach (var path in images)
        {
            if (done == MostImages) break;
            try
            {
                using var image = RgbImage.Load(path);
                using var sized = ImageResizer.Resize(image, resize, out _);
                TensorPacker.Pack(sized, pixels, PixelLayout.Nchw, PixelNormalization.Unit);
            }
            catch (BadImageException e)
            {
                error = e.Message;
                continue;
            }
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, resize.Height, resize.Width]);
            using var outputs = session.Run([folded.Inputs[0].Name], [input], taps, cancellationToken);
            for (var i = 0; i < taps.Length; i++) moments[i].Add(outputs[i].GetTensorDataAsSpan<float>());
            done++;
        }
        if (done == 0) throw new BadDataSetException($"No training image can be read, and statistics of the layers are measured on them. {error}");
        for (var i = 0; i < layers.Count; i++)
        {
            var (name, bias) = (layers[i].Name, values[$"{layers[i].Name}/bias"]);
            var (mean, variance) = moments[i].Moments();
            values[$"{name}/mean"] = mean;
            values[$"{name}/variance"] = variance;
            values[$"{name}/scale"] = [.. variance.Select(v => MathF.Sqrt(v + Epsilon))];
            values[$"{name}/bias"] = [.. bias.Zip(mean, (b, m) => b + m)];
        }
    }

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Sums over all positions of all images, for each channel.</summary>
    private sealed class ChannelMoments(int channels)
    {
        private readonly double[] _sums = new double[channels];
        private readonly double[] _squares = new double[channels];
        private long _count;

        public void Add(ReadOnlySpan<float> values)
        {
            var positions = values.Length / channels;
            for (var c = 0; c < channels; c++)
            {
                foreach (var v in values.Slice(c * positions, positions))
                {
                    _sums[c] += v;
                    _squares[c] += (double)v * v;
                }
            }
            _count += positions;
        }

        public (float[] Mean, float[] Variance) Moments()
        {
            var means = _sums.Select(s => s / _count).ToArray();
            return ([.. means.Select(m => (float)m)], [.. means.Select((m, c) => (float)Math.Max(0, (_squares[c] / _count) - (m * m)))]);
        }
    }
}
