using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Training.Detection;

/// <summary>
/// Brings the values of a network whose batch normalisation is folded into its convolutions to the form for training. The folded kernel and bias are those of a
/// normalisation with scale 1, mean 0 and variance 1. Training normalises by the statistics of a batch, so mean m and variance v of each convolution are measured
/// on images, and √v · (x − m) / √v + (bias + m) takes the place of x + bias: the same outputs, and statistics that a batch has too.
/// </summary>
internal static class FoldedWeights
{
    private const int MostImages = 32;

    /// <summary>Whether a folded network has the layers of a network, with as many values.</summary>
    /// <param name="network">The network in training form.</param>
    /// <param name="folded">The folded one.</param>
    public static bool Fit(DarknetTrainingNetwork network, OnnxModel folded)
    {
        var stored = folded.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        return WithValues(network).SelectMany(Essential).All(stored.ContainsKey)
            && network.Model.Graph.Initializer.Where(t => stored.ContainsKey(t.Name)).All(t => t.Dims.SequenceEqual(stored[t.Name].Dims));
    }

    /// <summary>Takes over the values of a folded network, layer by layer.</summary>
    /// <param name="network">The network in training form; its initializers are changed.</param>
    /// <param name="folded">The folded one.</param>
    /// <param name="skipped">Layers that stay as they are.</param>
    /// <param name="paths">Images, on some of which the statistics are measured.</param>
    /// <returns>The number of layers that were taken over.</returns>
    /// <exception cref="BadModelException">A layer is missing in the folded network; the message names it.</exception>
    /// <exception cref="BadDataSetException">None of those images can be read.</exception>
    public static int Load(DarknetTrainingNetwork network, OnnxModel folded, IReadOnlySet<string> skipped, IReadOnlyList<string> paths)
    {
        var from = folded.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var to = network.Model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        DarknetLayerInfo[] layers = [.. WithValues(network).Where(l => !skipped.Contains(l.Name))];
        foreach (var layer in layers)
        {
            foreach (var name in Essential(layer))
            {
                if (!from.TryGetValue(name, out var tensor) || !tensor.Dims.SequenceEqual(to[name].Dims))
                {
                    var found = tensor is null ? "none" : string.Join('×', tensor.Dims);
                    throw new BadModelException(
                        $"{folded.Name}: not the network to start from: {name} is {found}, expected {string.Join('×', to[name].Dims)}; give the network that it was made of (.cfg).");
                }
                TensorData.Write(to[name], TensorData.Floats(tensor));
            }
        }
        Measure(network, to, [.. layers.Where(l => l.Statistics.Count > 0)], paths);
        return layers.Length;
    }

    /// <summary>The layers that have values in a weights file.</summary>
    public static IEnumerable<DarknetLayerInfo> WithValues(DarknetTrainingNetwork network) => network.Layers.Where(l => l.Parameters.Count > 0);

    /// <summary>What a folded layer has, too: kernel and bias.</summary>
    private static IEnumerable<string> Essential(DarknetLayerInfo layer) => layer.Parameters.Where(p => !p.EndsWith("/scale", StringComparison.Ordinal));

    private static void Measure(
        DarknetTrainingNetwork network, Dictionary<string, TensorProto> tensors, DarknetLayerInfo[] layers, IReadOnlyList<string> paths)
    {
        if (layers.Length == 0) return;
        var model = network.Model.Clone();
        var nodes = model.Graph.Node.Where(n => n.OpType == "BatchNormalization").ToDictionary(n => n.Input[1], StringComparer.Ordinal);
        string[] inputs = [.. layers.Select(l => nodes[Scale(l)].Input[0])];
        model.Graph.Output.Clear();
        foreach (var name in inputs) model.Graph.Output.Add(new ValueInfoProto { Name = name });
        Moments[] moments = [.. layers.Select(l => new Moments(TensorData.Floats(tensors[Scale(l)]).Length))];
        using (var session = OnnxSession.Open(model))
        {
            var (used, unreadable) = (Math.Min(MostImages, paths.Count), (BadImageException?)null);
            // Spread over the whole list, which may be sorted by what the images show.
            for (var i = 0; i < used; i++)
            {
                try
                {
                    Add(session, network, inputs, paths[(int)((long)i * paths.Count / used)], moments);
                }
                catch (BadImageException e)
                {
                    unreadable = e; // training names it and leaves it out
                }
            }
            if (moments[0].IsEmpty)
                throw new BadDataSetException($"No training image on which statistics are measured can be read. {unreadable?.Message}".TrimEnd());
        }
        foreach (var (layer, moment) in layers.Zip(moments)) Apply(tensors, layer, moment);
    }

    private static void Add(OnnxSession session, DarknetTrainingNetwork network, string[] names, string path, Moments[] moments)
    {
        var resize = DetectorStart.ResizeOf(network);
        using var source = RgbImage.Load(path);
        using var image = ImageResizer.Resize(source, resize, out _);
        var pixels = new float[3 * resize.Width * resize.Height];
        TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.Unit);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, resize.Height, resize.Width]);
        using var outputs = session.Run([network.Model.Inputs[0].Name], [input], names);
        for (var i = 0; i < moments.Length; i++) moments[i].Add(outputs[i].GetTensorDataAsSpan<float>());
    }

    private static void Apply(Dictionary<string, TensorProto> tensors, DarknetLayerInfo layer, Moments moments)
    {
        string Named(string part) => layer.Parameters.Concat(layer.Statistics).Single(p => p.EndsWith(part, StringComparison.Ordinal));
        var (means, variances) = (moments.Means, moments.Variances);
        var bias = TensorData.Floats(tensors[Named("/bias")]).ToArray();
        for (var c = 0; c < bias.Length; c++) bias[c] += means[c];
        TensorData.Write(tensors[Named("/bias")], bias);
        TensorData.Write(tensors[Named("/mean")], means);
        TensorData.Write(tensors[Named("/variance")], variances);
        TensorData.Write(tensors[Named("/scale")], Array.ConvertAll(variances, MathF.Sqrt));
    }

    private static string Scale(DarknetLayerInfo layer) => layer.Parameters.Single(p => p.EndsWith("/scale", StringComparison.Ordinal));
}

/// <summary>Mean and variance of each channel over images.</summary>
internal sealed class Moments(int channels)
{
    private readonly double[] _sums = new double[channels];
    private readonly double[] _squares = new double[channels];
    private long _count;

    public bool IsEmpty => _count == 0;

    public float[] Means => [.. _sums.Select(s => (float)(s / _count))];

    /// <summary>At least 10⁻⁸, so that a channel that is constant on these images can still learn.</summary>
    public float[] Variances => [.. _sums.Zip(_squares, (s, q) => (float)Math.Max(1e-8, (q / _count) - (s / _count * (s / _count))))];

    /// <summary>Adds channels × height × width values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        var area = values.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            foreach (var value in values.Slice(c * area, area))
            {
                _sums[c] += value;
                _squares[c] += (double)value * value;
            }
        }
        _count += area;
    }
}
