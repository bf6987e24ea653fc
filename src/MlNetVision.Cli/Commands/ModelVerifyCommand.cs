using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;

namespace MlNetVision.Cli.Commands;

/// <summary><c>model verify [MODEL…]</c>: hashes of pulled files, structure of the graph, one run of a detector.</summary>
internal static class ModelVerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "Names or files. [default: all bundled and pulled models]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new DocumentedCommand("verify", "Check that models are whole and run.")
        {
            Examples = [("mlnetvision model verify", "All models that are on this machine, pulled files by their SHA-256.")],
        };
        command.Add(models);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(models) ?? [];
            var code = ExitCode.Done;
            foreach (var model in given.Length > 0 ? given : Here())
            {
                try
                {
                    terminal.Result($"{model}: {await VerifyAsync(model, cancellation)}");
                }
                catch (BadModelException e)
                {
                    code = Failure.Report(terminal, e);
                }
            }
            return code;
        });
        return command;
    }

    private static IEnumerable<string> Here() => ModelCatalogue.Default.Entries
        .Where(e => e.Bundled ? ModelLocator.Bundled.Contains(e.Name) : e.IsPulled()).Select(e => e.Name);

    private static async Task<string> VerifyAsync(string name, CancellationToken cancellation)
    {
        var passed = new List<string>();
        if (!File.Exists(name) && ModelCatalogue.Default.TryGet(name, out var entry) && !entry.Bundled)
        {
            await entry.VerifyAsync(cancellationToken: cancellation);
            passed.Add("hash");
        }
        var model = ModelLocator.Open(name);
        model.Check();
        passed.Add("graph");
        if (model.GetYoloHeads() is null)
        {
            passed.Add("not run: it does not say that its outputs are YOLO grids");
        }
        else
        {
            using var detector = ObjectDetector.Load(model);
            using var empty = new RgbImage(32, 32);
            detector.Detect(ImageSource.FromImage(empty, name));
            passed.Add("run");
        }
        return $"ok ({string.Join(", ", passed)})";
    }
}
