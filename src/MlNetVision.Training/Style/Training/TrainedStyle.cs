using MlNetVision.Data;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>The result of a style network's training.</summary>
/// <param name="Model">The network; <see cref="MlNetVision.Style.ImageStylizer"/> opens it.</param>
/// <param name="Steps">The number of finished steps.</param>
/// <param name="IsCancelled">Whether it was cancelled before its last step.</param>
/// <param name="Unreadable">The photos that were left out.</param>
public sealed record TrainedStyle(OnnxModel Model, int Steps, bool IsCancelled, IReadOnlyList<UnreadableImage> Unreadable);
