using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Models;

namespace MlNetVision.Cli.Commands;

/// <summary><c>model pull NAME</c>: fetches a model of the catalogue.</summary>
internal static class ModelPullCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "The model, as 'mlnetvision model list' names it." };
        name.CompletionSources.Add(_ => ModelCatalogue.Default.Entries.Where(e => !e.Bundled).Select(e => e.Name));
        var mirror = new Option<string?>("--mirror") { Description = "A folder on another server that has the files under their names.", HelpName = "URL" };
        var from = new Option<string?>("--from") { Description = "Copy from this file or folder instead of the internet; the hash is checked all the same.", HelpName = "FILE" };
        var command = new DocumentedCommand("pull", "Fetch a model; a cut download goes on where it stopped.")
        {
            Examples =
            [
                ("mlnetvision model pull yolov2-coco-9", "Fetches, checks the SHA-256, and keeps the model for -m yolov2-coco-9."),
                ("mlnetvision model pull yolov2-coco-9 --from /media/usb/yolov2-coco-9.onnx", "On a machine without the internet."),
            ],
        };
        command.Add(name);
        command.Add(mirror);
        command.Add(from);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var entry = ModelCatalogue.Default.Get(parsed.GetRequiredValue(name));
            terminal.Preparation.End();
            using var downloader = new ModelDownloader();
            var paths = await DownloadBar.ShowAsync(terminal, progress => downloader.PullAsync(
                entry,
                new ModelPullOptions { Mirror = Address(parsed.GetValue(mirror)), FromFile = parsed.GetValue(from), Progress = progress },
                cancellation));
            if (entry.Bundled) terminal.Note($"'{entry.Name}' comes with the program; nothing was fetched.");
            foreach (var path in paths) terminal.Result(path);
            return ExitCode.Done;
        });
        return command;
    }

    private static Uri? Address(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
        : throw new UsageException($"--mirror should be an http or https address; found '{text}'.");
}
