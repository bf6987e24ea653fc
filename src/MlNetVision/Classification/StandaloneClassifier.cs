using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>
/// A classifier for chains of ML.NET's own transforms. Their resize takes the nearest pixel, so images come several times larger than
/// the network's input, and ONNX nodes before the network reduce them.
/// </summary>
internal static class StandaloneClassifier
{
    /// <summary>Uint8: the input, pixels of the larger image.</summary>
    public const string Pixels = StandaloneGraph.Prefix + "Pixels";

    /// <summary>Float: the scores, one row.</summary>
    public const string Score = StandaloneGraph.Prefix + "Score";

    /// <summary>Int64, of one element: the class of the highest score.</summary>
    public const string Index = StandaloneGraph.Prefix + "Index";

    private const int MostTimes = 4;
    private const int LargestSide = 1024;

    /// <summary>The factor between image and network input: at most 4, and at most 1,024 pixels.</summary>
    public static int TimesFor(ResizeOptions resize) => Math.Clamp(LargestSide / Math.Max(resize.Width, resize.Height), 1, MostTimes);

    /// <summary>A copy of the network of a saved chain, with the reduction before it and these outputs added.</summary>
    /// <param name="network">The network.</param>
    /// <param name="times">The factor between image and network input.</param>
    public static OnnxModel Build(ClassificationNetwork network, int times)
    {
        var model = network.Prepare();
        var input = NetworkInput.Of(model);
        model.Graph.Input.Remove(model.Graph.Input.First(v => v.Name == SavedNetwork.Pixels));
        Reduce(new GraphWriter(model, StandaloneGraph.Prefix, position: 0), input, times);
        AddOutputs(new GraphWriter(model, StandaloneGraph.Prefix), network.Settings.Labels.Count);
        SlotNames.Set(model, Score, network.Settings.Labels);
        return model;
    }

    /// <summary>
    /// The network without the additions of <see cref="Build"/>, so that it takes images of its own size; the same instance where there are
    /// none.
    /// </summary>
    public static OnnxModel Strip(OnnxModel model)
    {
        if (model.Inputs is not [{ Name: Pixels } large]) return model;
        var stripped = model.Clone();
        StandaloneGraph.RemoveOurs(stripped.Graph);
        var resize = SettingsJson.Read(model.Metadata[SavedNetwork.SettingsKey] ?? "null", ClassificationSettings.Json, model.Name).Resize;
        long[] shape = large.Shape is [_, 3, _, _] ? [1, 3, resize.Height, resize.Width] : [1, resize.Height, resize.Width, 3];
        stripped.Graph.Input.Insert(0, OnnxValue.Info(SavedNetwork.Pixels, DataType.Uint8, shape));
        return stripped;
    }

    private static void Reduce(GraphWriter graph, NetworkInput input, int times)
    {
        var planar = input.Layout == PixelLayout.Nchw;
        var (height, width) = ((long)input.Height * times, (long)input.Width * times);
        var large = graph.Input(Pixels, DataType.Uint8, planar ? [1, 3, height, width] : [1, height, width, 3]).Cast(DataType.Float);
        if (!planar) large = large.Transpose(0, 3, 1, 2);
        var small = new TriangleFilter(times).Append(large, input.Width, input.Height);
        if (!planar) small = small.Transpose(0, 2, 3, 1);
        // Rounds as our own resize does; a cast alone truncates.
        var nearest = small + graph.Floats([0.5f], 1);
        graph.NodeWithOutputs("Cast", graph.FreeName("Bytes"), [nearest], [SavedNetwork.Pixels], ("to", (long)DataType.Uint8));
    }

    private static void AddOutputs(GraphWriter graph, int classes)
    {
        var scores = graph[SavedNetwork.Outputs];
        graph.Output(Score, scores, DataType.Float, classes);
        graph.Output(Index, scores.Do("ArgMax", ("axis", 0L), ("keepdims", 1L)), DataType.Int64, 1);
    }
}

/// <summary>
/// Reduces images by a whole factor as our own antialiased resize does (<see cref="Imaging.Resampler.Area"/>): each pixel is a mean of those
/// around, with weights that fall to 0 at the distance of one pixel of the smaller image; pixels beyond the border have no weight.
/// </summary>
/// <param name="times">The factor.</param>
internal sealed class TriangleFilter(int times)
{
    // Taps are symmetric around the centre of a block, which is a pixel's centre where the factor is odd.
    private readonly int _padding = times / 2;

    private float[] Taps => [.. Enumerable.Range(-_padding, times + 2 * _padding).Select(i => times - MathF.Abs(i + 0.5f - times / 2f))];

    /// <summary>Adds the nodes.</summary>
    /// <param name="large">Float, 1 × 3 × height · times × width · times.</param>
    /// <param name="width">The width of the smaller image.</param>
    /// <param name="height">Its height.</param>
    /// <returns>The tensor of the smaller image.</returns>
    public GraphTensor Append(GraphTensor large, int width, int height)
    {
        var (graph, taps) = (large.Graph, Taps);
        var square = from down in taps from across in taps select down * across;
        var kernel = graph.Floats([.. Enumerable.Repeat(square, 3).SelectMany(k => k)], 3, 1, taps.Length, taps.Length);
        var sum = graph.Node("Conv", [large, kernel],
            ("group", 3L), ("strides", new long[] { times, times }), ("pads", new long[] { _padding, _padding, _padding, _padding }));
        return sum * graph.Floats(Scales(taps, height), 1, 1, height, 1) * graph.Floats(Scales(taps, width), 1, 1, 1, width);
    }

    // The reciprocal of the weights within the image.
    private float[] Scales(float[] taps, int length) =>
        [.. Enumerable.Range(0, length).Select(i => 1 / taps.Where((_, t) => (uint)(i * times - _padding + t) < (uint)(length * times)).Sum())];
}
