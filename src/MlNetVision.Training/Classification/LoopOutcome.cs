using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>What training came to.</summary>
/// <param name="Model">The network with the weights of the best epoch, in its form for training.</param>
/// <param name="History">All epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Validation">How it answers for the validation rows; null without such rows.</param>
/// <param name="IsCancelled">Whether it ended by cancellation.</param>
internal sealed record LoopOutcome(OnnxModel Model, IReadOnlyList<EpochMetrics> History, int BestEpoch, Answers? Validation, bool IsCancelled);
