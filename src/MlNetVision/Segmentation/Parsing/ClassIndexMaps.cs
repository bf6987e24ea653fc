namespace MlNetVision.Segmentation;

/// <summary>Maps of class indices.</summary>
internal static class ClassIndexMaps
{
    /// <summary>Class indices of any type as bytes.</summary>
    /// <param name="values">The indices.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="model">The model's name in messages.</param>
    /// <exception cref="BadModelException">An index is negative, fractional, or beyond the classes.</exception>
    public static byte[] ToBytes(Array values, int classes, string model)
    {
        var bytes = new byte[values.Length];
        switch (values)
        {
            case byte[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case int[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case long[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i], classes, model, i); break;
            case float[] v: for (var i = 0; i < v.Length; i++) bytes[i] = Checked(v[i] == MathF.Floor(v[i]) ? (long)v[i] : -1, classes, model, i); break;
            default: throw new BadModelException($"{model}: a class map of {values.GetType().GetElementType()} elements; expected int64, int32, uint8 or float.");
        }
        return bytes;
    }

    /// <summary>Assigns the class of the nearest element to every pixel.</summary>
    public static void Nearest(ReadOnlySpan<byte> coarse, int width, AxisSamples columns, AxisSamples rows, Span<byte> target)
    {
        var pixels = columns.Low.Length;
        var nearest = new int[pixels];
        for (var x = 0; x < pixels; x++) nearest[x] = columns.Nearest(x);
        for (var y = 0; y < rows.Low.Length; y++)
        {
            var source = coarse.Slice(rows.Nearest(y) * width, width);
            var row = target.Slice(y * pixels, pixels);
            for (var x = 0; x < row.Length; x++) row[x] = source[nearest[x]];
        }
    }

    private static byte Checked(long value, int classes, string model, int at) => value >= 0 && value < classes
        ? (byte)value
        : throw new BadModelException($"{model}: the class map holds {value} at element {at}; the {classes} classes 0 to {classes - 1} were expected.");
}
