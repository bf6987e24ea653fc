using MlNetVision.Data;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>What a training of a style network came to.</summary>
/// <param name="Model">The network; <see cref="MlNetVision.Style.ImageStylizer"/> opens it.</param>
/// <param name="Steps">The steps that were done.</param>
/// <param name="IsCancelled">Whether it was ended before its last step.</param>
/// <param name="Unreadable">Photos that were left out.</param>
public sealed record TrainedStyle(OnnxModel Model, int Steps, bool IsCancelled, IReadOnlyList<UnreadableImage> Unreadable);
