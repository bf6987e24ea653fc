using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>A trained head.</summary>
/// <param name="Model">The head: <c>features</c> [N, features] in, <c>probabilities</c> [N, classes] out; batch normalisation is folded in.</param>
/// <param name="History">The epochs.</param>
/// <param name="BestEpoch">The epoch whose weights were kept: the best by validation, or the last.</param>
/// <param name="ValidationScores">The probabilities for each validation row; null without such rows.</param>
/// <param name="IsCancelled">Whether the caller cancelled training before its last epoch.</param>
public sealed record TrainedHead(
    OnnxModel Model, IReadOnlyList<EpochMetrics> History, int BestEpoch, IReadOnlyList<float[]>? ValidationScores, bool IsCancelled);
