namespace MlNetVision.Gradients;

/// <summary>
/// The running mean and variance of a BatchNormalization in training form: after a step, running = momentum · running + (1 − momentum) · batch,
/// as ONNX defines it (the variance of the batch is the mean of (x − μ)²).
/// </summary>
/// <param name="Mean">The initializer of the model with the running mean, by which inference normalises.</param>
/// <param name="Variance">The initializer with the running variance.</param>
/// <param name="BatchMean">The output of the training graph with the mean of the batch, one value per channel.</param>
/// <param name="BatchVariance">The output with its variance.</param>
/// <param name="Momentum">The weight of the old value, 0 to 1.</param>
public readonly record struct RunningStatistics(string Mean, string Variance, string BatchMean, string BatchVariance, float Momentum);
