using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Style;

/// <summary>What a network is run on rectangle by rectangle: an image, or the feature map of one.</summary>
internal interface IRegionSource
{
    int Width { get; }

    int Height { get; }

    /// <summary>A rectangle as the network's input; it holds until the next is asked for, and the caller disposes it.</summary>
    OrtValue Region(int left, int top, int width, int height);

    /// <summary>Says that nothing above a row will be asked for again.</summary>
    void Forget(int row);
}
