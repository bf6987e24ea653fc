using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>
/// Turns the raw grids of a YOLO network into detections: decode, map to the image, suppress, clip.
/// YOLO v2 follows Darknet's <c>[region]</c> layer (arXiv:1612.08242, section 2), YOLO v3 and v4 its <c>[yolo]</c> layer
/// (arXiv:1804.02767, section 2). Thread-safe.
/// </summary>
public sealed class YoloGridParser
{
    private readonly YoloHeadDecoder[] _decoders;
    private readonly DetectionParser _parser;

    /// <summary>Makes a parser for a network.</summary>
    /// <param name="heads">The network's heads, in the order of the grids.</param>
    /// <param name="labels">The names of the classes, as many as each head has.</param>
    /// <param name="networkWidth">The width of the network's input in pixels.</param>
    /// <param name="networkHeight">The height of the network's input in pixels.</param>
    /// <exception cref="BadModelException">There are no heads, a head lacks anchors or classes, or classes and labels differ in number.</exception>
    public YoloGridParser(IReadOnlyList<YoloHead> heads, IReadOnlyList<string> labels, int networkWidth, int networkHeight)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(labels);
        _parser = new DetectionParser(heads, labels, networkWidth, networkHeight);
        _decoders = [.. heads.Select(head => new YoloHeadDecoder(head, networkWidth, networkHeight))];
        Heads = [.. heads];
    }

    /// <summary>The network's heads.</summary>
    public IReadOnlyList<YoloHead> Heads { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Labels => _parser.Labels;

    /// <summary>Decodes, suppresses and clips the grids of one image.</summary>
    /// <param name="grids">One grid per head, in the heads' order.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <returns>Detections in pixels of the image, within it, best score first.</returns>
    /// <exception cref="BadModelException">A grid's shape does not fit its head: channels are not anchors × (5 + classes).</exception>
    /// <exception cref="ArgumentException">
    /// An option lies outside its range or names an unknown class; or the number of values is not that of the shape.
    /// </exception>
    public IReadOnlyList<Detection> Parse(IReadOnlyList<YoloGrid> grids, ImageGeometry geometry, DetectionOptions options) =>
        _parser.Select(Candidates(grids, geometry, options), geometry, options);

    /// <summary>Decodes the grids of one image without suppression and clipping.</summary>
    /// <param name="grids">One grid per head, in the heads' order.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds and classes; suppression is not used.</param>
    /// <returns>Candidates in pixels of the image, not clipped, in Darknet's order: head, anchor, row, column, class.</returns>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public IReadOnlyList<Detection> Decode(IReadOnlyList<YoloGrid> grids, ImageGeometry geometry, DetectionOptions options) =>
        Candidates(grids, geometry, options);

    /// <summary>
    /// Appends the candidates of one grid, without suppression and clipping: for callers with spans, such as ONNX Runtime's outputs.
    /// </summary>
    /// <param name="head">The index of the head.</param>
    /// <param name="values">The raw grid.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds and classes; suppression is not used.</param>
    /// <param name="candidates">The list to append to, in pixels of the image.</param>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public void Decode(
        int head, ReadOnlySpan<float> values, YoloGridShape shape, ImageGeometry geometry, DetectionOptions options, List<Detection> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        List<DetectionCandidate> found = [];
        _decoders[head].Decode(values, shape, _parser.Thresholds(options), found);
        _parser.Map(found, geometry, candidates);
    }

    /// <summary>
    /// Suppresses and clips what
    /// <see cref="Decode(int, ReadOnlySpan{float}, YoloGridShape, ImageGeometry, DetectionOptions, List{Detection})"/> gave for all heads.
    /// </summary>
    /// <param name="candidates">Candidates in pixels of the image.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <returns>Detections within the image, best score first. A box that lies outside it is dropped.</returns>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public IReadOnlyList<Detection> Select(List<Detection> candidates, ImageGeometry geometry, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return _parser.Select(candidates, geometry, options);
    }

    /// <summary>The objectness of every anchor in every cell: the probability that an object's centre lies there, for heat maps.</summary>
    /// <param name="head">The index of the head.</param>
    /// <param name="grid">The raw grid.</param>
    /// <returns>Anchors × height × width probabilities, 0 to 1.</returns>
    /// <exception cref="BadModelException">The grid's shape does not fit its head.</exception>
    public float[] Objectness(int head, YoloGrid grid) => _decoders[head].Objectness(grid.Values.Span, grid.Shape);

    private List<Detection> Candidates(IReadOnlyList<YoloGrid> grids, ImageGeometry geometry, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(grids);
        if (grids.Count != _decoders.Length)
        {
            throw new ArgumentException(
                $"{grids.Count} grids were given, {_decoders.Length} were expected: one for each of "
                + $"{string.Join(", ", Heads.Select(x => x.Output))}.", nameof(grids));
        }
        List<Detection> candidates = [];
        for (var i = 0; i < grids.Count; i++) Decode(i, grids[i].Values.Span, grids[i].Shape, geometry, options, candidates);
        return candidates;
    }
}
