using System.Runtime.InteropServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>
/// Turns the raw outputs of a detection network into detections, whatever its heads are: decode, map to the image, suppress, clip. Thread-safe.
/// </summary>
public sealed class DetectionParser
{
    private const int KeptCapacity = 1 << 14;

    /// <summary>Boxes with an edge beyond this many pixels come from a broken network; beyond about 1e18 areas would overflow.</summary>
    private const float Farthest = 1e9f;

    [ThreadStatic]
    private static Buffers? _buffers;

    private readonly IHeadDecoder[] _decoders;
    private readonly string[] _names;
    private (DetectionOptions Options, ClassThresholds Thresholds)[] _last = [];

    /// <summary>Makes a parser for a network.</summary>
    /// <param name="heads">The network's heads.</param>
    /// <param name="labels">The names of the classes, as many as each head has.</param>
    /// <param name="networkWidth">The width of the network's input in pixels.</param>
    /// <param name="networkHeight">The height of the network's input in pixels.</param>
    /// <exception cref="BadModelException">
    /// There are no heads, one cannot be decoded or fails, or classes and labels differ in number; the message names the head.
    /// </exception>
    public DetectionParser(IReadOnlyList<IDetectionHead> heads, IReadOnlyList<string> labels, int networkWidth, int networkHeight)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(networkWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(networkHeight);
        if (heads.Count == 0) throw new BadModelException("The model has no detection heads: at least one was expected.");
        (Heads, Labels) = ([.. heads], [.. labels]);
        foreach (var head in heads) HeadCode.Check(head, "the parser");
        _decoders = [.. heads.Select(head =>
            HeadCode.Call(HeadCode.NameOf(head), nameof(head.CreateDecoder), () => head.CreateDecoder(networkWidth, networkHeight)))];
        _names = [.. heads.SelectMany(h => h.Outputs.Select(name => $"the output '{name}' of the detection network"))];
        foreach (var head in heads.Where(h => h.Classes != labels.Count))
            throw new BadModelException(
                $"The detection head of '{string.Join("', '", head.Outputs)}' has {head.Classes} classes, but there are {labels.Count} labels: give "
                + "as many labels as classes.");
    }

    /// <summary>The network's heads.</summary>
    public IReadOnlyList<IDetectionHead> Heads { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Decodes, suppresses and clips the outputs for one image.</summary>
    /// <param name="outputs">The values of all outputs of all heads, in the heads' order and each head's order.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <returns>Detections in pixels of the image, within it, best score first.</returns>
    /// <exception cref="BadModelException">
    /// A value is not a number; values have another shape than their head expects, or a head fails. The message names output or head.
    /// </exception>
    /// <exception cref="ArgumentException">An option lies outside its range or names an unknown class; or values are missing.</exception>
    public IReadOnlyList<Detection> Parse(IReadOnlyList<HeadValues> outputs, ImageGeometry geometry, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var expected = Heads.Sum(h => h.Outputs.Count);
        if (outputs.Count != expected)
            throw new ArgumentException(
                $"{outputs.Count} outputs were given, {expected} were expected: one for each of "
                + $"{string.Join(", ", Heads.SelectMany(h => h.Outputs))}.", nameof(outputs));
        for (var i = 0; i < outputs.Count; i++) NetworkValues.RequireNumbers(outputs[i].Values.Span, _names[i]);
        var buffers = _buffers ??= new();
        buffers.Detections.Clear();
        Decode(outputs, geometry, options, buffers.Candidates, buffers.Detections);
        var detections = Select(buffers.Detections, geometry, options);
        if (buffers.Candidates.Capacity > KeptCapacity) _buffers = null;
        return detections;
    }

    /// <summary>Appends candidates of all heads in pixels of the image, before suppression.</summary>
    internal void Decode(
        IReadOnlyList<HeadValues> outputs, in ImageGeometry geometry, DetectionOptions options, List<DetectionCandidate> buffer,
        List<Detection> detections)
    {
        var thresholds = Thresholds(options);
        buffer.Clear();
        var at = 0;
        for (var i = 0; i < _decoders.Length; i++)
        {
            var count = Heads[i].Outputs.Count;
            try
            {
                _decoders[i].Decode(count == outputs.Count ? outputs : [.. outputs.Skip(at).Take(count)], thresholds, buffer);
            }
            catch (Exception e) when (HeadCode.IsFault(e))
            {
                throw HeadCode.Failed(HeadCode.NameOf(Heads[i]), nameof(IHeadDecoder.Decode), e);
            }
            at += count;
        }
        Map(buffer, geometry, detections);
    }

    /// <summary>Candidates in pixels of the image, without those beyond the limit.</summary>
    internal void Map(List<DetectionCandidate> candidates, in ImageGeometry geometry, List<Detection> detections)
    {
        foreach (ref readonly var candidate in CollectionsMarshal.AsSpan(candidates))
        {
            var box = new BoundingBox(
                geometry.ToImageX(candidate.Box.Left), geometry.ToImageY(candidate.Box.Top), geometry.ToImageX(candidate.Box.Right),
                geometry.ToImageY(candidate.Box.Bottom));
            if (!IsSane(box)) continue;
            if ((uint)candidate.ClassIndex >= (uint)Labels.Count)
                throw new BadModelException(
                    FormattableString.Invariant($"A detection head gives the class {candidate.ClassIndex}; expected 0 to {Labels.Count - 1}."));
            detections.Add(new Detection(Labels[candidate.ClassIndex], candidate.ClassIndex, candidate.Score, box) { Extra = candidate.Extra });
        }
    }

    /// <summary>Suppresses and clips candidates of all heads.</summary>
    internal IReadOnlyList<Detection> Select(List<Detection> candidates, in ImageGeometry geometry, DetectionOptions options)
    {
        var thresholds = Thresholds(options);
        var kept = NonMaxSuppression.Apply(CollectionsMarshal.AsSpan(candidates), options.Suppression, thresholds.Lowest, thresholds.Scores);
        var count = 0;
        foreach (var detection in kept)
        {
            var box = detection.Box.Clip(geometry.ImageWidth, geometry.ImageHeight);
            if (!box.IsEmpty) kept[count++] = detection with { Box = box };
        }
        return count == kept.Length ? kept : kept[..count];
    }

    /// <summary>Options are immutable, so those checked last need no second check.</summary>
    internal ClassThresholds Thresholds(DetectionOptions options)
    {
        var last = _last;
        if (last.Length > 0 && ReferenceEquals(last[0].Options, options)) return last[0].Thresholds;
        var thresholds = ClassThresholds.From(options, Labels);
        _last = [(options, thresholds)];
        return thresholds;
    }

    private static bool IsSane(BoundingBox box) =>
        box.Left > -Farthest && box.Top > -Farthest && box.Right < Farthest && box.Bottom < Farthest && !box.IsEmpty;

    private sealed class Buffers
    {
        public List<DetectionCandidate> Candidates { get; } = [];

        public List<Detection> Detections { get; } = [];
    }
}
