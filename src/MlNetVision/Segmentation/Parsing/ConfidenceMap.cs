using System.Numerics.Tensors;

namespace MlNetVision.Segmentation;

/// <summary>The confidence in classes: the softmax of the scores, or the scores where they are probabilities already.</summary>
internal sealed class ConfidenceMap
{
    private readonly float[] _scores;
    private readonly SegmentationOutput _output;

    // Log-sum-exp of each element, which turns a score into a probability.
    private readonly float[] _logSum;

    public ConfidenceMap(float[] scores, SegmentationOutput output)
    {
        (_scores, _output) = (scores, output);
        _logSum = new float[output.Height * output.Width];
        var element = new float[output.Classes];
        for (var i = 0; i < _logSum.Length && !output.Probabilities && !output.IsMatte; i++)
        {
            for (var c = 0; c < element.Length; c++) element[c] = Score(c, i);
            var largest = TensorPrimitives.Max(element);
            TensorPrimitives.Subtract(element, largest, element);
            TensorPrimitives.Exp(element, element);
            _logSum[i] = largest + MathF.Log(TensorPrimitives.Sum(element));
        }
    }

    /// <summary>The confidence of each element in its own class.</summary>
    public float[] At(ReadOnlySpan<byte> classes)
    {
        var confidence = new float[classes.Length];
        for (var i = 0; i < confidence.Length; i++) confidence[i] = Probability(classes[i], i);
        return confidence;
    }

    /// <summary>The confidence of every pixel's class, by bilinear interpolation of probabilities.</summary>
    public float[] Upsample(ReadOnlySpan<byte> classes, AxisSamples columns, AxisSamples rows)
    {
        var confidence = GC.AllocateUninitializedArray<float>(classes.Length);
        var (width, at) = (columns.Low.Length, 0);
        for (var y = 0; y < rows.Low.Length; y++)
        {
            var (top, bottom) = (rows.Low[y] * _output.Width, rows.High(y) * _output.Width);
            var (cell, known, left, right) = (-1, -1, 0f, 0f);
            for (var x = 0; x < width; x++, at++)
            {
                if (columns.Low[x] != cell || classes[at] != known)
                {
                    (cell, known) = (columns.Low[x], classes[at]);
                    left = Mix(Probability(known, top + cell), Probability(known, bottom + cell), rows.Part[y]);
                    right = Mix(Probability(known, top + columns.High(x)), Probability(known, bottom + columns.High(x)), rows.Part[y]);
                }
                confidence[at] = Mix(left, right, columns.Part[x]);
            }
        }
        return confidence;
    }

    private float Probability(int c, int element) => _output.IsMatte ? MatteScores.Share(c, Score(1, element))
        : _output.Probabilities ? Score(c, element) : MathF.Exp(Score(c, element) - _logSum[element]);

    private float Score(int c, int element) => _scores[c * _output.ClassStride + element * _output.PixelStride];

    private static float Mix(float a, float b, float part) => a + (b - a) * part;
}
