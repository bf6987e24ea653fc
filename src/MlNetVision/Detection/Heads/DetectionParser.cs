using System.Runtime.CompilerServices;
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

    /// <summary>8-bit networks round a score of 1 up by a little.</summary>
    private const float HighestScore = 1.1f;

    [ThreadStatic]
    private static Buffers? _buffers;

    private readonly IHeadDecoder[] _decoders;
    private readonly string[] _names;
    private (DetectionOptions Options, DetectionOptions Used, ClassThresholds Thresholds)[] _last = [];

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

    /// <summary>Whether some box of the network was possible; the parsers of a network's sizes share it.</summary>
    internal StrongBox<bool> HasFound { get; init; } = new();

    /// <summary>Decodes, suppresses and clips the outputs for one image.</summary>
    /// <param name="outputs">The values of all outputs of all heads, in the heads' order and each head's order.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <returns>Detections in pixels of the image, within it, best score first.</returns>
    /// <exception cref="BadModelException">
    /// A value is not a number; a score is above 1 by more than rounding; values have another shape than their head expects, or a head fails. The message
    /// names output or head.
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
        var (candidates, found) = (buffers.Candidates, buffers.Detections);
        found.Clear();
        var ends = Decode(outputs, geometry, options, candidates, found);
        var detections = Select(found, geometry, options, (position, detection) =>
        {
            var head = 0;
            while (position >= ends[head]) head++;
            return Complete(head, detection, OutputsOf(head, outputs), geometry);
        });
        if (candidates.Capacity > KeptCapacity) _buffers = null;
        return detections;
    }

    /// <summary>Appends candidates of all heads in pixels of the image, before suppression; returns where those of each head end.</summary>
    internal int[] Decode(
        IReadOnlyList<HeadValues> outputs, in ImageGeometry geometry, DetectionOptions options, List<DetectionCandidate> buffer, List<Detection> found)
    {
        var thresholds = Thresholds(options);
        var ends = new int[_decoders.Length];
        for (var i = 0; i < _decoders.Length; i++)
        {
            buffer.Clear();
            Decode(i, OutputsOf(i, outputs), thresholds, buffer);
            CheckScores(i, buffer);
            if (!Volatile.Read(ref HasFound.Value)) CheckFirst(i, buffer, geometry);
            Map(buffer, geometry, found);
            ends[i] = found.Count;
        }
        return ends;
    }

    private IReadOnlyList<HeadValues> OutputsOf(int head, IReadOnlyList<HeadValues> outputs)
    {
        var count = Heads[head].Outputs.Count;
        return count == outputs.Count ? outputs : [.. outputs.Skip(Heads.Take(head).Sum(h => h.Outputs.Count)).Take(count)];
    }

    private void Decode(int head, IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
    {
        try
        {
            _decoders[head].Decode(outputs, thresholds, candidates);
        }
        catch (Exception e) when (HeadCode.IsFault(e))
        {
            throw HeadCode.Failed(HeadCode.NameOf(Heads[head]), nameof(IHeadDecoder.Decode), e);
        }
    }

    private Detection Complete(int head, Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry)
    {
        try
        {
            var completed = _decoders[head].Complete(detection, outputs, geometry);
            // JSON has no word for them, and drawings no place.
            if (completed.KeyPoints is { } points && points.Any(p => !float.IsFinite(p.X) || !float.IsFinite(p.Y) || p.Score is { } s && !float.IsFinite(s)))
                throw Infinite(head, "a key point");
            return completed;
        }
        catch (Exception e) when (HeadCode.IsFault(e))
        {
            throw HeadCode.Failed(HeadCode.NameOf(Heads[head]), nameof(IHeadDecoder.Complete), e);
        }
    }

    private BadModelException Infinite(int head, string what) => new(
        $"The {HeadCode.NameOf(Heads[head])} gives {what} that is not finite: the network's weights may be damaged, or its numbers overflow.");

    /// <summary>Scores are probabilities: others come from another family, or from a network that was damaged when it was exported.</summary>
    private void CheckScores(int head, List<DetectionCandidate> candidates)
    {
        foreach (ref readonly var candidate in CollectionsMarshal.AsSpan(candidates))
        {
            if (candidate.Angle is { } angle && !float.IsFinite(angle)) throw Infinite(head, "an angle");
            // Not ">": NaN is none either.
            if (candidate.Score <= HighestScore) continue;
            throw new BadModelException(FormattableString.Invariant(
                $"The {HeadCode.NameOf(Heads[head])} gives a score of {candidate.Score}; expected 0 to 1. The network's outputs are those of another family ")
                + "(--head), it was exported without the logistic function at its end, or boxes and scores were made 8-bit in one tensor.");
        }
    }

    /// <summary>
    /// A network whose family was told by its shapes may be of another: then no box of its first image that has any is possible.
    /// </summary>
    private void CheckFirst(int head, List<DetectionCandidate> candidates, in ImageGeometry geometry)
    {
        if (candidates.Count == 0) return;
        var (width, height) = (geometry.NetworkWidth, geometry.NetworkHeight);
        // Where shapes told the family, boxes below a pixel are those of a network that gives parts of the input.
        var least = Heads[head] is FamilyHead { IsStated: false } ? 1 : float.Epsilon;
        var isPossible = Heads[head].Conventions == HeadConventions.Darknet || candidates.Exists(c =>
            RotatedBoxes.Hull(c.Box, c.Angle ?? 0) is var box && box.Width >= least && box.Height >= least && !box.Clip(width, height).IsEmpty);
        if (!isPossible)
        {
            throw new BadModelException(FormattableString.Invariant(
                $"None of the {candidates.Count} boxes of the {HeadCode.NameOf(Heads[head])} can be: each lies outside the input of {width}×{height} or ")
                + "has no size. Its outputs are those of another family of networks (--head), or images reach it otherwise than it was trained with "
                + "(--preprocess).");
        }
        Volatile.Write(ref HasFound.Value, true);
    }

    /// <summary>Candidates in pixels of the image, without those beyond the limit.</summary>
    internal void Map(List<DetectionCandidate> candidates, in ImageGeometry geometry, List<Detection> detections)
    {
        foreach (ref readonly var candidate in CollectionsMarshal.AsSpan(candidates))
        {
            var box = new BoundingBox(
                geometry.ToImageX(candidate.Box.Left), geometry.ToImageY(candidate.Box.Top), geometry.ToImageX(candidate.Box.Right),
                geometry.ToImageY(candidate.Box.Bottom));
            var angle = candidate.Angle;
            if (angle is not (null or 0) && geometry.ScaleX != geometry.ScaleY) (box, angle) = Turn(candidate.Box, angle.Value, geometry);
            if (!IsSane(box)) continue;
            if ((uint)candidate.ClassIndex >= (uint)Labels.Count)
                throw new BadModelException(
                    FormattableString.Invariant($"A detection head gives the class {candidate.ClassIndex}; expected 0 to {Labels.Count - 1}."));
            detections.Add(new Detection(Labels[candidate.ClassIndex], candidate.ClassIndex, candidate.Score, box)
            {
                Extra = candidate.Extra, Angle = angle,
            });
        }
    }

    /// <summary>A turned box where the image was scaled otherwise across than down: its sides are scaled as they lie.</summary>
    private static (BoundingBox Box, float Angle) Turn(BoundingBox box, float angle, in ImageGeometry geometry)
    {
        var (sin, cos) = MathF.SinCos(angle);
        var (acrossX, acrossY) = (cos / geometry.ScaleX, sin / geometry.ScaleY);
        var (downX, downY) = (-sin / geometry.ScaleX, cos / geometry.ScaleY);
        var (width, height) = (box.Width * MathF.Sqrt(acrossX * acrossX + acrossY * acrossY), box.Height * MathF.Sqrt(downX * downX + downY * downY));
        var (x, y) = (geometry.ToImageX((box.Left + box.Right) / 2), geometry.ToImageY((box.Top + box.Bottom) / 2));
        return (BoundingBox.FromCenter(x, y, width, height), MathF.Atan2(acrossY, acrossX));
    }

    /// <summary>Suppresses candidates of all heads, and clips those that are not turned.</summary>
    /// <param name="candidates">The candidates in pixels of the image.</param>
    /// <param name="geometry">How the image was fitted into the network's input.</param>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <param name="complete">Completes a detection, given the position of its candidate; null: it is complete.</param>
    internal IReadOnlyList<Detection> Select(
        List<Detection> candidates, in ImageGeometry geometry, DetectionOptions options, Func<int, Detection, Detection>? complete = null)
    {
        var (_, used, thresholds) = Checked(options);
        var all = CollectionsMarshal.AsSpan(candidates);
        var ranked = NonMaxSuppression.Select(all, used.Suppression, thresholds.Lowest, thresholds.Scores);
        var kept = new Detection[ranked.Length];
        var count = 0;
        foreach (var (_, score, _, position) in ranked)
        {
            var detection = all[position] with { Score = score };
            var box = RotatedBoxes.Hull(detection.Box, detection.Angle ?? 0).Clip(geometry.ImageWidth, geometry.ImageHeight);
            if (box.IsEmpty) continue;
            if (detection.Angle is null) detection = detection with { Box = box };
            kept[count++] = complete is null ? detection : complete(position, detection);
        }
        return count == kept.Length ? kept : kept[..count];
    }

    /// <summary>Options are immutable, so those checked last need no second check.</summary>
    internal ClassThresholds Thresholds(DetectionOptions options) => Checked(options).Thresholds;

    private (DetectionOptions Options, DetectionOptions Used, ClassThresholds Thresholds) Checked(DetectionOptions options)
    {
        var last = _last;
        if (last.Length > 0 && ReferenceEquals(last[0].Options, options)) return last[0];
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var used = options.For(Heads);
        last = [(options, used, ClassThresholds.From(used, Labels))];
        _last = last;
        return last[0];
    }

    private static bool IsSane(BoundingBox box) =>
        box.Left > -Farthest && box.Top > -Farthest && box.Right < Farthest && box.Bottom < Farthest && !box.IsEmpty;

    private sealed class Buffers
    {
        public List<DetectionCandidate> Candidates { get; } = [];

        public List<Detection> Detections { get; } = [];
    }
}
