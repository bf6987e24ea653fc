namespace MlNetVision.Gradients.Optimizers;

/// <summary>The state of one tensor.</summary>
/// <param name="averages">Running averages, each as long as the tensor.</param>
internal sealed class TensorState(float[][] averages)
{
    /// <summary>Steps taken, this one included.</summary>
    public long Steps { get; set; }

    public float[][] Averages => averages;
}
