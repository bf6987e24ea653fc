namespace MlNetVision.Imaging;

/// <summary>The order of an image's values in a tensor of one image and three channels.</summary>
public enum PixelLayout
{
    /// <summary>N, C, H, W: one plane per channel (Darknet, PyTorch, most ONNX models).</summary>
    Nchw,

    /// <summary>N, H, W, C: the three values of a pixel side by side (TensorFlow, Keras).</summary>
    Nhwc,
}
