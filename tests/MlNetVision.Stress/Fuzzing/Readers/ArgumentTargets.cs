using System.Text;
using MlNetVision.Cli;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Tests;
using MlNetVision.Stress.Drawn;
using SkiaSharp;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>Command lines, one argument per line of the input. They run in the reader's folder, on tiny models.</summary>
internal static class ArgumentTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("arguments", "command lines", "txt", () => Corpus.Of("arguments"), Open) { Damage = Local, Share = 0.1 },
    ];

    private static Action<byte[]> Open(Sandbox sandbox)
    {
        using (var models = new TemporaryFolder())
        {
            TinyDetector.Write(models, "d");
            TinySegmenter.Write(models, "s.onnx");
            File.Move(TinyClassifier.Write(models, "dark", "dim", "bright"), models["c.onnx"]);
            TinyStyle.Write(models, "n.onnx");
            foreach (var file in Directory.EnumerateFiles(models.Path)) sandbox.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        }
        foreach (var name in new[] { "a.png", "pics/b.png" }) sandbox.Write(name, DrawnImages.Encode(40, 30, SKEncodedImageFormat.Png));
        Environment.CurrentDirectory = sandbox.Root;
        return bytes => Run([.. Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')]);
    }

    private static void Run(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.RunAsync(args, new Terminal(output, error, Stream.Null)).GetAwaiter().GetResult();
        if (code is < 0 or > 3) throw new WrongResultException($"the exit code {code}, which is not documented");
        var said = error.ToString();
        if (said.Contains("unexpected ", StringComparison.Ordinal)) throw new WrongResultException(said);
        if (code != 0 && code != ExitCode.Usage && said.Length == 0) throw new WrongResultException($"the exit code {code} without a message");
    }

    /// <summary>What would write elsewhere, load from the web, train for minutes or run the large bundled models is replaced.</summary>
    private static byte[] Local(IReadOnlyList<byte[]> seeds, Random random)
    {
        string[] barred = ["pull", "demo", "train", "serve", "--from", "--mirror", "--verify"];
        var lines = Encoding.UTF8.GetString(TextDamage.Apply(seeds, random)).ReplaceLineEndings("\n").Split('\n').Select(line =>
            line.Contains("..", StringComparison.Ordinal) || line.Contains('~', StringComparison.Ordinal) || line.Contains("=/", StringComparison.Ordinal) || line.StartsWith('/') || barred.Any(line.Contains) ? "x" : line);
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
