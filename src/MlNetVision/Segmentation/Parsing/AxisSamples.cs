namespace MlNetVision.Segmentation;

/// <summary>
/// Interpolation positions of an image's pixels among the elements of the network's output, along one axis. Centres are
/// aligned (half-pixel), and elements of the padding are never read, so that no seam appears.
/// </summary>
internal sealed class AxisSamples
{
    /// <param name="length">Pixels of the image on this axis.</param>
    /// <param name="scale">Network pixels per image pixel.</param>
    /// <param name="offset">The network pixel at which the image begins.</param>
    /// <param name="network">Pixels of the network's input on this axis.</param>
    /// <param name="output">Elements of its output on this axis.</param>
    public AxisSamples(int length, float scale, float offset, int network, int output)
    {
        Low = new int[length];
        Part = new float[length];
        var toOutput = (double)output / network;
        // Elements whose centres lie within the image; at least one.
        var first = Math.Clamp((int)Math.Ceiling(offset * toOutput - 0.5 - 1e-6), 0, output - 1);
        var last = Math.Clamp((int)Math.Floor((offset + (double)length * scale) * toOutput - 0.5 + 1e-6), first, output - 1);
        (First, Last) = (first, last);
        IsIdentity = length == output && length == network && scale == 1 && offset == 0;
        for (var i = 0; i < length; i++)
        {
            var at = Math.Clamp(((i + 0.5) * scale + offset) * toOutput - 0.5, first, last);
            var low = Math.Min((int)at, Math.Max(first, last - 1));
            Low[i] = low;
            Part[i] = (float)(at - low);
        }
    }

    /// <summary>The first element that shows the image.</summary>
    public int First { get; }

    /// <summary>The last element that shows the image.</summary>
    public int Last { get; }

    /// <summary>Whether pixels and elements correspond one to one.</summary>
    public bool IsIdentity { get; }

    /// <summary>For each pixel, the element at or before it.</summary>
    public int[] Low { get; }

    /// <summary>For each pixel, the weight of the next element, 0 to 1.</summary>
    public float[] Part { get; }

    /// <summary>The element nearest to a pixel.</summary>
    public int Nearest(int pixel) => Part[pixel] >= 0.5f ? Math.Min(Low[pixel] + 1, Last) : Low[pixel];

    /// <summary>The element after <see cref="Low"/>; the same where it is the last.</summary>
    public int High(int pixel) => Math.Min(Low[pixel] + 1, Last);
}
