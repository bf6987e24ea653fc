namespace MlNetVision.Segmentation;

/// <summary>
/// The windows along one axis of an image: evenly spaced, the first and last flush with the borders, neighbours sharing at least
/// a quarter of their length. In the middle of an overlap is a zone where one fades into the other; outside it each pixel
/// belongs to one window, so that no pixel has more than two.
/// </summary>
internal sealed class WindowAxis
{
    private readonly int[] _origins;
    private readonly int[] _zones;

    /// <param name="length">Pixels of the image.</param>
    /// <param name="window">Pixels of the window.</param>
    /// <param name="fade">Pixels of the zones between windows; 0: no blending.</param>
    public WindowAxis(int length, int window, int fade)
    {
        (Length, Window, Fade) = (length, window, fade);
        var step = window - Math.Max(1, window / 4);
        var count = length <= window ? 1 : 1 + (length - window + step - 1) / step;
        _origins = new int[count];
        for (var i = 1; i < count; i++) _origins[i] = (int)((long)i * (length - window) / (count - 1));
        _zones = new int[count + 1];
        for (var i = 1; i < count; i++) _zones[i] = (_origins[i] + _origins[i - 1] + window - fade) / 2;
        _zones[count] = length;
    }

    public int Length { get; }

    public int Window { get; }

    public int Fade { get; }

    public int Count => _origins.Length;

    /// <summary>The image's pixel at which a window begins.</summary>
    public int Origin(int i) => _origins[i];

    /// <summary>The first pixel of a window's fading in, or the border.</summary>
    public int From(int i) => _zones[i];

    /// <summary>The first pixel of the window alone.</summary>
    public int Alone(int i) => i == 0 ? 0 : _zones[i] + Fade;

    /// <summary>The first pixel of its fading out, or the border.</summary>
    public int FadeOut(int i) => _zones[i + 1];

    /// <summary>The end of its fading out, or the border.</summary>
    public int To(int i) => i == Count - 1 ? Length : _zones[i + 1] + Fade;

    /// <summary>The weight of a window at a pixel of its fading in; 1 after it.</summary>
    public float Weight(int i, int pixel) => pixel >= Alone(i) ? 1 : (pixel - From(i) + 0.5f) / Fade;
}
