using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>The result of a training loop.</summary>
/// <param name="Model">The network with the weights of the best epoch, in training form.</param>
/// <param name="History">All epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Validation">The predictions for the validation rows; null without such rows.</param>
/// <param name="IsCancelled">Whether it ended by cancellation.</param>
internal sealed record LoopOutcome(OnnxModel Model, IReadOnlyList<EpochMetrics> History, int BestEpoch, EvaluatedRows? Validation, bool IsCancelled);
