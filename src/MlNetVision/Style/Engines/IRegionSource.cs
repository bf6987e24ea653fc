using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Style;

/// <summary>The source of a tiled run: an image, or the feature map of one.</summary>
internal interface IRegionSource
{
    int Width { get; }

    int Height { get; }

    /// <summary>A rectangle as the network's input; valid until the next call, and the caller disposes it.</summary>
    OrtValue Region(int left, int top, int width, int height);

    /// <summary>Releases the rows above a row.</summary>
    void Forget(int row);
}
