using MlNetVision.Classification;

namespace MlNetVision.Training.Tests.Reports;

/// <summary>Made-up answers, better than chance; scores are coarse, so that many are equal.</summary>
internal static class RandomEvaluation
{
    public static ClassificationEvaluation Make(IReadOnlyList<string> labels, int count, int seed = 1, Func<int, string>? path = null)
    {
        var chance = new Random(seed);
        return ClassificationEvaluation.Of(labels, [.. Enumerable.Range(0, count).Select(i =>
        {
            var truth = chance.Next(labels.Count);
            var scores = labels.Select((_, c) => (float)chance.Next(20) + (c == truth ? 8 : 0)).ToArray();
            return new ClassificationCase(path?.Invoke(i) ?? $"gone/{i}.png", truth, [.. scores.Select(s => s / Math.Max(1, scores.Sum()))]);
        })]);
    }

    public static List<EpochMetrics> Epochs(int count) => [.. Enumerable.Range(1, count).Select(i => new EpochMetrics
    {
        Epoch = i, TrainLoss = 1f / i, TrainAccuracy = 1 - 0.5f / i, ValidationLoss = 1.5f / i, ValidationAccuracy = 0.9f - 0.5f / i, LearningRate = 0.001f, Seconds = 0.25,
    })];
}
