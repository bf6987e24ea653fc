using System.Buffers;
using System.Numerics.Tensors;

namespace MlNetVision.Detection;

/// <summary>Decodes one head. The raw objectness is tested first, so that an empty cell costs one comparison.</summary>
internal sealed class YoloHeadDecoder : IHeadDecoder
{
    private const int BoxAttributes = YoloHead.BoxAttributes;

    private readonly YoloHead _head;
    private readonly int _networkWidth;
    private readonly int _networkHeight;

    public YoloHeadDecoder(YoloHead head, int networkWidth, int networkHeight)
    {
        (_head, _networkWidth, _networkHeight) = (head, networkWidth, networkHeight);
        if (!Enum.IsDefined(head.Kind)) throw new BadModelException($"YOLO head '{head.Output}' is of the unknown kind {head.Kind}.");
        if (head.Classes < 1) throw new BadModelException($"YOLO head '{head.Output}' has {head.Classes} classes: 1 or more was expected.");
        if (head.Anchors.Count == 0) throw new BadModelException($"YOLO head '{head.Output}' has no anchors: 1 or more was expected.");
        foreach (var (width, height) in head.Anchors)
        {
            if (!(width > 0 && height > 0 && float.IsFinite(width) && float.IsFinite(height)))
                throw new BadModelException(
                    FormattableString.Invariant($"YOLO head '{head.Output}' has an anchor of {width} × {height}: sizes above 0 were expected."));
        }
        if (!(head.ScaleXY > 0 && float.IsFinite(head.ScaleXY)))
        {
            throw new BadModelException(
                FormattableString.Invariant($"YOLO head '{head.Output}' has scale_x_y {head.ScaleXY}: a number above 0 was expected."));
        }
    }

    public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
    {
        var (values, shape) = outputs[0];
        if (shape.Count != 4)
            throw new BadModelException($"YOLO head '{_head.Output}' gives an output of {shape.Count} axes: a grid of 4 was expected.");
        Decode(values.Span, _head.Grid(shape), thresholds, candidates);
    }

    /// <summary>Appends the candidates of a grid, in Darknet's order: anchor, row, column, class.</summary>
    public void Decode(ReadOnlySpan<float> values, YoloGridShape shape, ClassThresholds thresholds, List<DetectionCandidate> candidates)
    {
        Check(values, shape);
        if (float.IsPositiveInfinity(thresholds.Lowest)) return;
        var (cells, cellStride, channelStride) = Strides(shape);
        var floor = RawFloor(thresholds.Lowest);
        var scores = ArrayPool<float>.Shared.Rent(_head.Classes);
        for (var anchor = 0; anchor < _head.Anchors.Count; anchor++)
        {
            var first = anchor * (BoxAttributes + _head.Classes) * channelStride;
            var objectness = values[(first + 4 * channelStride)..];
            for (var cell = 0; cell < cells; cell++)
            {
                // Not "<": NaN makes a cell empty.
                if (!(objectness[cell * cellStride] >= floor)) continue;
                var raw = values[(first + cell * cellStride)..];
                var wanted = scores.AsSpan(0, _head.Classes);
                if (!Classify(raw, channelStride, thresholds, wanted)) continue;
                var box = Box(raw, channelStride, anchor, cell, shape);
                if (thresholds.BestClassOnly) AddBest(box, wanted, thresholds.Scores, candidates);
                else AddAll(box, wanted, thresholds.Scores, candidates);
            }
        }
        ArrayPool<float>.Shared.Return(scores);
    }

    public float[] Objectness(ReadOnlySpan<float> values, YoloGridShape shape)
    {
        Check(values, shape);
        var (cells, cellStride, channelStride) = Strides(shape);
        var map = new float[_head.Anchors.Count * cells];
        for (var i = 0; i < map.Length; i++)
        {
            var (anchor, cell) = Math.DivRem(i, cells);
            var raw = values[(anchor * (BoxAttributes + _head.Classes) + 4) * channelStride + cell * cellStride];
            map[i] = float.IsNaN(raw) ? 0 : Probability(raw);
        }
        return map;
    }

    private void Check(ReadOnlySpan<float> values, YoloGridShape shape)
    {
        var (anchors, classes) = (_head.Anchors.Count, _head.Classes);
        if (shape.Channels != _head.Channels)
            throw new BadModelException(
                $"YOLO head '{_head.Output}' gives {shape.Channels} channels; {anchors} anchors × (5 + {classes} classes) = {_head.Channels} were "
                + $"expected. {Guess(shape.Channels, anchors)}");
        if (shape.Height < 1 || shape.Width < 1)
        {
            throw new BadModelException(
                $"YOLO head '{_head.Output}' gives a grid of {shape.Width} × {shape.Height} cells: 1 × 1 or more was expected.");
        }
        if (values.Length != shape.Length)
        {
            throw new ArgumentException(
                $"YOLO head '{_head.Output}' gives {values.Length} values; {shape.Channels} × {shape.Height} × {shape.Width} = {shape.Length} were "
                + "expected.");
        }
    }

    private static string Guess(int channels, int anchors) => channels % anchors == 0 && channels / anchors > BoxAttributes
        ? $"With {anchors} anchors, {channels} channels are {channels / anchors - BoxAttributes} classes."
        : $"{channels} channels do not fit {anchors} anchors with any number of classes.";

    private static (int Cells, int CellStride, int ChannelStride) Strides(YoloGridShape shape)
    {
        var cells = shape.Height * shape.Width;
        return shape.ChannelsLast ? (cells, shape.Channels, 1) : (cells, 1, cells);
    }

    /// <summary>The raw value below which a probability cannot reach a threshold; rounded down, because the exact test follows.</summary>
    private float RawFloor(float probability) => _head.NewCoordinates ? probability : LogitFloor(probability);

    private static float LogitFloor(float probability) =>
        probability >= 1 ? 15 : MathF.Log(probability / (1 - probability)) - 1e-3f;

    private float Probability(float raw) => _head.NewCoordinates ? Math.Clamp(raw, 0, 1) : Logistic(raw);

    private static float Logistic(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>Scores every class of a cell; false where none can reach its threshold. A class that cannot is scored −1.</summary>
    private bool Classify(ReadOnlySpan<float> raw, int stride, ClassThresholds thresholds, Span<float> scores)
    {
        var objectness = Probability(raw[4 * stride]);
        if (_head.SoftmaxClasses) return Softmax(raw[(BoxAttributes * stride)..], stride, objectness, scores);
        var floor = thresholds.Lowest > 0 ? RawFloor(MathF.Min(1, thresholds.Lowest / objectness)) : float.NegativeInfinity;
        var any = false;
        for (var i = 0; i < scores.Length; i++)
        {
            var x = raw[(BoxAttributes + i) * stride];
            var possible = x >= floor;
            scores[i] = possible ? objectness * Probability(x) : -1;
            any |= possible;
        }
        return any;
    }

    /// <summary>exp(x − max) / Σ exp(x − max): subtracting the maximum prevents overflow.</summary>
    private static bool Softmax(ReadOnlySpan<float> raw, int stride, float objectness, Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++) scores[i] = raw[i * stride];
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), scores);
        TensorPrimitives.SoftMax(scores, scores);
        TensorPrimitives.Multiply(scores, objectness, scores);
        return float.IsFinite(scores[0]);   // one NaN makes all scores NaN
    }

    /// <summary>The box in pixels of the network's input. Darknet: get_region_box, get_yolo_box; scale_x_y and new_coords: YOLO v4's fork.</summary>
    internal BoundingBox Box(ReadOnlySpan<float> raw, int stride, int anchor, int cell, YoloGridShape shape)
    {
        var (row, column) = Math.DivRem(cell, shape.Width);
        var shift = (_head.ScaleXY - 1) / 2;
        var x = column + Probability(raw[0]) * _head.ScaleXY - shift;
        var y = row + Probability(raw[stride]) * _head.ScaleXY - shift;
        var (width, height) = (Growth(raw[2 * stride]) * _head.Anchors[anchor].Width, Growth(raw[3 * stride]) * _head.Anchors[anchor].Height);
        var (cellWidth, cellHeight) = ((float)_networkWidth / shape.Width, (float)_networkHeight / shape.Height);
        if (_head.Kind == YoloHeadKind.Region) (width, height) = (width * cellWidth, height * cellHeight);
        return BoundingBox.FromCenter(x * cellWidth, y * cellHeight, width, height);
    }

    private float Growth(float raw) => _head.NewCoordinates ? 4 * raw * raw : MathF.Exp(raw);

    private static void AddAll(BoundingBox box, ReadOnlySpan<float> scores, ReadOnlySpan<float> thresholds, List<DetectionCandidate> candidates)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= thresholds[i]) candidates.Add(new(box, i, scores[i]));
        }
    }

    private static void AddBest(BoundingBox box, ReadOnlySpan<float> scores, ReadOnlySpan<float> thresholds, List<DetectionCandidate> candidates)
    {
        var best = -1;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= thresholds[i] && (best < 0 || scores[i] > scores[best])) best = i;
        }
        if (best >= 0) candidates.Add(new(box, best, scores[best]));
    }
}
