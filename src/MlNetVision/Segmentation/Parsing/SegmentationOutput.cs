namespace MlNetVision.Segmentation;

/// <summary>The output of a segmentation network that holds the classes.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Form">What it holds.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Height">Rows of the output, which may be fewer than the input's.</param>
/// <param name="Width">Columns of the output.</param>
/// <param name="Probabilities">Whether the network itself applies a softmax.</param>
internal sealed record SegmentationOutput(string Name, SegmentationForm Form, int Classes, int Height, int Width, bool Probabilities)
{
    /// <summary>Elements of the whole output.</summary>
    public int Length => checked(Height * Width * (Form == SegmentationForm.ClassMap ? 1 : Classes));

    /// <summary>The stride from a score to that of the next class at the same pixel.</summary>
    public int ClassStride => Form == SegmentationForm.ScoresNchw ? Height * Width : 1;

    /// <summary>The stride from a score to that of the same class at the next pixel.</summary>
    public int PixelStride => Form == SegmentationForm.ScoresNhwc ? Classes : 1;
}
