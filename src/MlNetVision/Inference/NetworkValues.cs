using System.Numerics;

namespace MlNetVision.Inference;

/// <summary>Checks what networks give: a value that is not a number compares with nothing, so that all that is made of it is made up.</summary>
internal static class NetworkValues
{
    private const string Reasons =
        "its weights may be damaged, its numbers may overflow, or the image is normalised otherwise than it was trained with";

    /// <summary>Checks that no value is NaN. Infinite values pass: networks exclude classes by −∞.</summary>
    /// <param name="values">The values.</param>
    /// <param name="source">What they are, for the message: "model.onnx: the output 'scores'".</param>
    /// <exception cref="BadModelException">One is NaN; the message says how many, and what may be wrong.</exception>
    public static void RequireNumbers(ReadOnlySpan<float> values, string source)
    {
        if (Describe(values) is { } error) throw new BadModelException($"{source} {error}.");
    }

    /// <summary>What is wrong with values, as the end of a sentence that begins with their name; null where none is NaN.</summary>
    public static string? Describe(ReadOnlySpan<float> values)
    {
        if (!HasNaN(values)) return null;
        var count = 0;
        foreach (var value in values) count += float.IsNaN(value) ? 1 : 0;
        return FormattableString.Invariant($"gave {count} of {values.Length} values that are not a number (NaN): {Reasons}");
    }

    /// <summary>Whether a value is NaN.</summary>
    public static bool HasNaN(ReadOnlySpan<float> values)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var next = new Vector<float>(values[i..]);
            if (!Vector.EqualsAll(next, next)) return true; // NaN alone is unequal to itself
        }
        for (; i < values.Length; i++) if (float.IsNaN(values[i])) return true;
        return false;
    }
}
