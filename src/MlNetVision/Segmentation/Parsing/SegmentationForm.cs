namespace MlNetVision.Segmentation;

/// <summary>The form of a segmentation network's output.</summary>
public enum SegmentationForm
{
    /// <summary>Scores <c>N × C × H × W</c> (PyTorch): the class of a pixel is that of its largest score.</summary>
    ScoresNchw,

    /// <summary>Scores <c>N × H × W × C</c> (TensorFlow).</summary>
    ScoresNhwc,

    /// <summary>Class indices <c>N × H × W</c>, or with an axis of one channel, of int64, int32, uint8 or float.</summary>
    ClassMap,
}
