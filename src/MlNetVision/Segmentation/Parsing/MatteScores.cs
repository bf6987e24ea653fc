using System.Numerics.Tensors;

namespace MlNetVision.Segmentation;

/// <summary>
/// The values of a matte as scores of two classes, so that all that reads scores reads mattes too. With the threshold t, the background has
/// 2·t − p and the foreground p: the foreground is larger where p is above t, also between elements, since both are linear in p.
/// </summary>
internal static class MatteScores
{
    private const float DefaultThreshold = 0.5f;

    // Resizes of the network, and its float16, may leave the range by a little.
    private const float Beyond = 0.01f;

    /// <summary>The scores, two planes.</summary>
    /// <param name="values">The output, checked to hold numbers.</param>
    /// <param name="output">What it is.</param>
    /// <param name="model">The model's name in messages.</param>
    /// <exception cref="BadModelException">A value lies outside 0 to 1.</exception>
    public static float[] Of(float[] values, SegmentationOutput output, string model)
    {
        var scores = GC.AllocateUninitializedArray<float>(checked(2 * values.Length));
        var foreground = scores.AsSpan(values.Length);
        if (output.Form == SegmentationForm.MatteLogits) TensorPrimitives.Sigmoid(values, foreground);
        else
        {
            Check(values, output, model);
            TensorPrimitives.Max(values, 0f, foreground);
            TensorPrimitives.Min(foreground, 1f, foreground);
        }
        TensorPrimitives.Subtract(2 * (output.Threshold ?? DefaultThreshold), foreground, scores.AsSpan(0, values.Length));
        return scores;
    }

    /// <summary>The share of a class at a pixel by the score of the foreground.</summary>
    public static float Share(int classIndex, float foreground) => classIndex == 0 ? 1 - foreground : foreground;

    private static void Check(float[] values, SegmentationOutput output, string model)
    {
        var (least, most) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (least < -Beyond || most > 1 + Beyond)
        {
            throw new BadModelException(FormattableString.Invariant(
                $"{model}: the matte '{output.Name}' holds values from {least} to {most}; expected 0 to 1 (raw values: matte-logits)."));
        }
    }
}
