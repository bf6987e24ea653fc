using System.Globalization;

namespace MlNetVision.Benchmarks;

/// <summary>The arguments of the commands <c>throughput</c> and <c>memory</c>.</summary>
internal sealed record BenchmarkArguments
{
    /// <summary>A model as <see cref="Detection.ObjectDetector"/> takes it; null: generated networks.</summary>
    public string? Model { get; init; }

    /// <summary>A folder of images or one image; null: the bundled smear as a JPEG of 768×576.</summary>
    public string? Files { get; init; }

    /// <summary>Rounds of the comparison; each contender runs once per round.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>The number of images per round and contender, or, for <c>memory</c>, in all.</summary>
    public int? Count { get; init; }

    /// <summary>Whether <c>memory</c> goes through ML.NET rows instead of the plain door.</summary>
    public bool MlNet { get; init; }

    public static BenchmarkArguments Parse(ReadOnlySpan<string> args)
    {
        var parsed = new BenchmarkArguments();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            parsed = args[i] switch
            {
                "--mlnet" => parsed with { MlNet = true },
                "--model" => parsed with { Model = value },
                "--files" => parsed with { Files = value },
                "--rounds" => parsed with { Rounds = Number(value) },
                "--count" => parsed with { Count = Number(value) },
                var other => throw new ArgumentException($"'{other}' is unknown; there are --model, --files, --rounds, --count and --mlnet."),
            };
            if (args[i] != "--mlnet") i++;
        }
        return parsed;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new ArgumentException($"'{text}' is no number above 0.");
}
