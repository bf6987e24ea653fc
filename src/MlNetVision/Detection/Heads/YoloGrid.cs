namespace MlNetVision.Detection;

/// <summary>One raw grid of one image: the output of one YOLO head before any logistic, exponential or softmax.</summary>
/// <param name="Values">The values, channels × height × width of them.</param>
/// <param name="Channels">Anchors × (5 + classes).</param>
/// <param name="Height">Rows of cells.</param>
/// <param name="Width">Columns of cells.</param>
/// <param name="ChannelsLast">Whether the values lie as H×W×C and not as C×H×W.</param>
public readonly record struct YoloGrid(ReadOnlyMemory<float> Values, int Channels, int Height, int Width, bool ChannelsLast = false)
{
    /// <summary>The shape alone.</summary>
    public YoloGridShape Shape => new(Channels, Height, Width, ChannelsLast);
}

/// <summary>The shape of one raw grid of one image.</summary>
/// <param name="Channels">Anchors × (5 + classes).</param>
/// <param name="Height">Rows of cells.</param>
/// <param name="Width">Columns of cells.</param>
/// <param name="ChannelsLast">
/// Whether the values lie as H×W×C (Keras, YAD2K) and not as C×H×W (Darknet, PyTorch). It is never guessed.
/// </param>
public readonly record struct YoloGridShape(int Channels, int Height, int Width, bool ChannelsLast = false)
{
    /// <summary>The number of values, channels × height × width.</summary>
    public long Length => (long)Channels * Height * Width;

    /// <summary>A grid of this shape.</summary>
    public YoloGrid Of(ReadOnlyMemory<float> values) => new(values, Channels, Height, Width, ChannelsLast);
}
