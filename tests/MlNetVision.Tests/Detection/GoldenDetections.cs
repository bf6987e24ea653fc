using System.Text.Json;

namespace MlNetVision.Tests.Detection;

/// <summary>What the original Darknet program found (<c>../shared/goldens/detection</c>), and how answers are compared with it.</summary>
internal static class GoldenDetections
{
    private const float SameBox = 0.85f;
    private const float SameScore = 0.08f;

    public static IReadOnlyList<(string Image, IReadOnlyList<MlNetVision.Detection.Detection> Detections)> Read(string model)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Shared.Path("goldens", "detection", $"{model}.json")));
        return [.. document.RootElement.GetProperty("images").EnumerateObject().Select(i =>
            (i.Name, (IReadOnlyList<MlNetVision.Detection.Detection>)[.. i.Value.EnumerateArray().Select(Parse)]))];
    }

    /// <summary>How many golden detections of score 0.3 and more are found, and what is found above 0.4 that is not golden.</summary>
    public static (int Found, int Expected, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra) Compare(
        IReadOnlyList<MlNetVision.Detection.Detection> golden, IReadOnlyList<MlNetVision.Detection.Detection> found)
    {
        var expected = golden.Where(g => g.Score >= 0.3f).ToList();
        var missing = expected.Where(g => !found.Any(f => Same(f, g))).ToList();
        var extra = found.Where(f => f.Score > 0.4f && !golden.Any(g => g.Label == f.Label && BoundingBox.IoU(f.Box, g.Box) >= 0.5f));
        return (expected.Count - missing.Count, expected.Count, [.. missing.Select(m => m.ToString())], [.. extra.Select(e => e.ToString())]);
    }

    private static bool Same(MlNetVision.Detection.Detection a, MlNetVision.Detection.Detection b) =>
        a.Label == b.Label && BoundingBox.IoU(a.Box, b.Box) >= SameBox && Math.Abs(a.Score - b.Score) <= SameScore;

    private static MlNetVision.Detection.Detection Parse(JsonElement e) => new(e.GetProperty("label").GetString()!, -1, Number(e, "score"),
        new BoundingBox(Number(e, "left"), Number(e, "top"), Number(e, "right"), Number(e, "bottom")));

    private static float Number(JsonElement e, string name) => e.GetProperty(name).GetSingle();
}
