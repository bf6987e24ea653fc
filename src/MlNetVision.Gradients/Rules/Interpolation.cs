namespace MlNetVision.Gradients.Rules;

/// <summary>How one axis is resized: every output is a weighted sum of inputs, so that y = M·x with a fixed matrix M.</summary>
/// <param name="Mode">ONNX's <c>mode</c>: nearest or linear.</param>
/// <param name="Coordinates">ONNX's <c>coordinate_transformation_mode</c>.</param>
/// <param name="Rounding">ONNX's <c>nearest_mode</c>.</param>
/// <remarks>Formulas: https://github.com/onnx/onnx/blob/main/docs/Operators.md#Resize. In single precision, as ONNX Runtime computes them, so that ties fall alike.</remarks>
internal sealed record Interpolation(string Mode, string Coordinates, string Rounding)
{
    public static IReadOnlyList<string> KnownModes { get; } = ["nearest", "linear"];

    public static IReadOnlyList<string> KnownCoordinates { get; } = ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "tf_half_pixel_for_nn"];

    /// <summary>M, <paramref name="outputs"/> rows of <paramref name="inputs"/> weights.</summary>
    public float[] Matrix(long inputs, long outputs, float scale)
    {
        var matrix = new float[outputs * inputs];
        for (var row = 0L; row < outputs; row++)
        {
            var x = Source(row, inputs, outputs, scale);
            if (Mode == "nearest")
            {
                matrix[(row * inputs) + Nearest(x, inputs)] = 1;
                continue;
            }
            x = Math.Clamp(x, 0, inputs - 1);
            var low = (long)x;
            matrix[(row * inputs) + low] += 1 - (x - low);
            matrix[(row * inputs) + Math.Min(low + 1, inputs - 1)] += x - low;
        }
        return matrix;
    }

    /// <summary>The factor k where every input is repeated k times, or 0.</summary>
    public long Repeats(long inputs, long outputs, float scale)
    {
        if (Mode != "nearest" || outputs % inputs != 0) return 0;
        var k = outputs / inputs;
        for (var row = 0L; row < outputs; row++)
            if (Nearest(Source(row, inputs, outputs, scale), inputs) != row / k) return 0;
        return k;
    }

    /// <summary>Where an output lies among the inputs.</summary>
    private float Source(long row, long inputs, long outputs, float scale) => Coordinates switch
    {
        "asymmetric" => row / scale,
        "align_corners" => outputs == 1 ? 0 : (float)row * (inputs - 1) / (outputs - 1),
        "pytorch_half_pixel" when outputs <= 1 => 0,
        "tf_half_pixel_for_nn" => (row + 0.5f) / scale,
        _ => ((row + 0.5f) / scale) - 0.5f,
    };

    private long Nearest(float x, long inputs)
    {
        var nearest = Rounding switch
        {
            "floor" => MathF.Floor(x),
            "ceil" => MathF.Ceiling(x),
            "round_prefer_ceil" => MathF.Floor(x + 0.5f),
            _ => MathF.Ceiling(x - 0.5f),
        };
        return Math.Clamp((long)nearest, 0, inputs - 1);
    }
}
