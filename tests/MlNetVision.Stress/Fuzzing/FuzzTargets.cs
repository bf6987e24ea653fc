using MlNetVision.Stress.Fuzzing.Readers;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>All readers of bytes that come from outside.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. ImageTargets.All, .. ModelTargets.All, .. HeadTargets.All, .. TaskTargets.All, .. DataTargets.All, .. TrainingTargets.All, .. ServerTargets.All, .. ArgumentTargets.All];

    public static FuzzTarget Of(string name) => All.FirstOrDefault(t => t.Name == name)
        ?? throw new ArgumentException($"There is no reader '{name}'. There are: {string.Join(", ", All.Select(t => t.Name))}.");
}
