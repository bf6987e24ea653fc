namespace MlNetVision.Stress.Fuzzing;

/// <summary>The arguments of <c>fuzz</c>.</summary>
internal sealed record FuzzArguments
{
    public required IReadOnlyList<FuzzTarget> Targets { get; init; }

    public int Seed { get; init; } = 1;

    public long From { get; init; }

    public long Count { get; init; } = 20_000;

    /// <summary>The number of the only input; null: many.</summary>
    public long? Only { get; init; }

    public string Folder { get; init; } = Path.Combine("out", "stress");

    public int Jobs { get; init; } = 1;

    public static FuzzArguments Parse(ReadOnlySpan<string> args)
    {
        var parsed = Arguments.Parse(args, "--count", "--seed", "--from", "--only", "--out", "--jobs");
        var defaults = new FuzzArguments { Targets = [] };
        return new()
        {
            Targets = parsed.Words.Count == 0 ? FuzzTargets.All : parsed.Words.ConvertAll(FuzzTargets.Of),
            Seed = (int)(parsed.Number("--seed") ?? defaults.Seed),
            From = parsed.Number("--from") ?? 0,
            Count = parsed.Number("--count") ?? defaults.Count,
            Only = parsed.Number("--only"),
            Folder = Path.GetFullPath(parsed.Text("--out") ?? defaults.Folder),
            Jobs = (int)Math.Clamp(parsed.Number("--jobs") ?? 1, 1, 64),
        };
    }
}
