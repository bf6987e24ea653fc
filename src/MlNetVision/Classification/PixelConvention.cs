using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>The usual input normalisation, where neither the model nor an option states it.</summary>
internal static class PixelConvention
{
    /// <summary>The name of the input normalisation, and the kind of network it is usual for.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="preset">The published family that the network is of; null: none that is known.</param>
    public static (string Name, string For) Of(NetworkInput input, FeaturizerPreset? preset)
    {
        if (input.Bytes) return (PixelNormalization.Raw.Name, "8-bit inputs");
        if (preset is not null) return (preset.Preprocess, preset.Description);
        return input.Layout == PixelLayout.Nhwc ? (PixelNormalization.TensorFlow.Name, "N×H×W×3") : (PixelNormalization.ImageNet.Name, "N×3×H×W");
    }
}
