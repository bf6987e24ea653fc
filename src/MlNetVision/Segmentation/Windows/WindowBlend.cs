using System.Numerics.Tensors;
using MlNetVision.Inference;

namespace MlNetVision.Segmentation;

/// <summary>
/// Blends the outputs of windows, which come row by row, left to right. Scores shared with the next window wait in
/// <c>_right</c>, those shared with the next row in <c>_below</c>; all others are decided at once. A window blends the row above
/// before it stores scores for the row below, at the same position: one zone serves both.
/// </summary>
internal sealed class WindowBlend
{
    private readonly string _model;
    private readonly SegmentationOutput _output;
    private readonly WindowAxis _columns;
    private readonly WindowAxis _rows;
    private readonly AxisSamples _across;
    private readonly AxisSamples _down;
    private readonly float[] _right;
    private readonly float[] _scores;
    private readonly float[] _below;

    public WindowBlend(SegmentationOutput output, WindowAxis columns, WindowAxis rows, bool withConfidence, string model = "the network")
    {
        (_output, _columns, _rows, _model) = (output, columns, rows, model);
        _across = new AxisSamples(columns.Window, 1, 0, columns.Window, output.Width);
        _down = new AxisSamples(rows.Window, 1, 0, rows.Window, output.Height);
        Classes = new byte[checked(columns.Length * rows.Length)];
        Confidence = withConfidence ? new float[Classes.Length] : null;
        _scores = new float[output.Classes];
        _right = new float[columns.Fade * rows.Window * output.Classes];
        _below = new float[rows.Count == 1 ? 0 : checked(rows.Fade * columns.Length * output.Classes)];
    }

    public byte[] Classes { get; }

    public float[]? Confidence { get; }

    /// <summary>Adds the output of a window.</summary>
    public void Add(int column, int row, Array values)
    {
        if (values.Length != _output.Length)
            throw new BadModelException($"{_model}: the output '{_output.Name}' gave {values.Length} elements; {_output.Length} were expected.");
        var scores = values as float[];
        if (_output.Form == SegmentationForm.ClassMap) scores = null;
        if (scores is not null) NetworkValues.RequireNumbers(scores, $"{_model}: the output '{_output.Name}'");
        if (_output.IsMatte) scores = MatteScores.Of(scores!, _output, _model);
        var map = scores is null ? ClassIndexMaps.ToBytes(values, _output.Classes, _model) : ScoreMaps.Largest(scores, _output);
        for (var y = _rows.From(row); y < _rows.To(row); y++)
        {
            var isRowFading = y < _rows.Alone(row) || (row < _rows.Count - 1 && y >= _rows.FadeOut(row));
            for (var x = _columns.From(column); x < _columns.To(column); x++)
            {
                var (inX, inY) = (x - _columns.Origin(column), y - _rows.Origin(row));
                var isFading = isRowFading || x < _columns.Alone(column) || (column < _columns.Count - 1 && x >= _columns.FadeOut(column));
                if (scores is null) Classes[y * _columns.Length + x] = map[_down.Nearest(inY) * _output.Width + _across.Nearest(inX)];
                else if (isFading || Confidence is not null || !Agrees(map, inX, inY, out Classes[y * _columns.Length + x]))
                    Blend(scores, column, row, x, y, inX, inY);
            }
        }
    }

    /// <summary>Whether the four elements around a pixel agree on its class: then so does every mean of them.</summary>
    private bool Agrees(byte[] map, int x, int y, out byte agreed)
    {
        var (left, right, top, bottom) = (_across.Low[x], _across.High(x), _down.Low[y] * _output.Width, _down.High(y) * _output.Width);
        agreed = map[top + left];
        return map[top + right] == agreed && map[bottom + left] == agreed && map[bottom + right] == agreed;
    }

    private void Blend(float[] scores, int column, int row, int x, int y, int inX, int inY)
    {
        Sample(scores, inX, inY);
        if (x < _columns.Alone(column))
            Mix(Waiting(_right, (y - _rows.From(row)) * _columns.Fade + x - _columns.From(column)), _columns.Weight(column, x));
        if (column < _columns.Count - 1 && x >= _columns.FadeOut(column))
        {
            _scores.CopyTo(Waiting(_right, (y - _rows.From(row)) * _columns.Fade + x - _columns.FadeOut(column)));
            return;
        }
        if (y < _rows.Alone(row)) Mix(Waiting(_below, (y - _rows.From(row)) * _columns.Length + x), _rows.Weight(row, y));
        if (row < _rows.Count - 1 && y >= _rows.FadeOut(row)) _scores.CopyTo(Waiting(_below, (y - _rows.FadeOut(row)) * _columns.Length + x));
        else Decide(y * _columns.Length + x);
    }

    private Span<float> Waiting(float[] zone, int pixel) => zone.AsSpan(pixel * _output.Classes, _output.Classes);

    private void Mix(ReadOnlySpan<float> earlier, float weight)
    {
        for (var c = 0; c < _scores.Length; c++) _scores[c] = earlier[c] + (_scores[c] - earlier[c]) * weight;
    }

    private void Sample(float[] scores, int x, int y)
    {
        var (left, right, partX) = (_across.Low[x], _across.High(x), _across.Part[x]);
        var (top, bottom, partY) = (_down.Low[y] * _output.Width, _down.High(y) * _output.Width, _down.Part[y]);
        for (var c = 0; c < _scores.Length; c++)
        {
            var plane = scores.AsSpan(c * _output.ClassStride);
            var high = Between(plane[(top + left) * _output.PixelStride], plane[(top + right) * _output.PixelStride], partX);
            var low = Between(plane[(bottom + left) * _output.PixelStride], plane[(bottom + right) * _output.PixelStride], partX);
            _scores[c] = Between(high, low, partY);
        }
    }

    private void Decide(int pixel)
    {
        var best = TensorPrimitives.IndexOfMax(_scores);
        Classes[pixel] = (byte)best;
        if (Confidence is null) return;
        if (_output.IsMatte)
        {
            Confidence[pixel] = MatteScores.Share(best, _scores[1]);
            return;
        }
        if (!_output.Probabilities)
        {
            TensorPrimitives.Subtract(_scores, _scores[best], _scores);
            TensorPrimitives.SoftMax(_scores, _scores);
        }
        Confidence[pixel] = _scores[best];
    }

    private static float Between(float a, float b, float part) => a + (b - a) * part;
}
