namespace MlNetVision.Gradients.Optimizers;

/// <summary>What an optimiser remembers of one tensor.</summary>
/// <param name="averages">Running averages, each as long as the tensor.</param>
internal sealed class TensorMemory(float[][] averages)
{
    /// <summary>Steps taken, this one included.</summary>
    public long Steps { get; set; }

    public float[][] Averages => averages;
}
