using MlNetVision.Onnx;

namespace MlNetVision.Classification;

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
