using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Models;
using Spectre.Console;

namespace MlNetVision.Cli.Model;

/// <summary><c>model pull NAME</c>: fetches a model of the catalogue.</summary>
internal static class ModelPullCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "The model, as 'mlnetvision model list' names it." };
        name.CompletionSources.Add(_ => ModelCatalogue.Default.Entries.Where(e => !e.Bundled).Select(e => e.Name));
        var mirror = new Option<string?>("--mirror") { Description = "A folder on another server with files of the same names.", HelpName = "URL" };
        var from = new Option<string?>("--from")
        {
            Description = "Copy from this file or folder instead of the internet; the hash is checked all the same.",
            HelpName = "FILE",
        };
        var command = new DocumentedCommand("pull", "Fetch a model; an interrupted download resumes where it stopped.")
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
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var entry = ModelCatalogue.Default.Get(parsed.GetRequiredValue(name));
            terminal.Preparation.End();
            using var downloader = new ModelDownloader();
            var paths = await DownloadBar.ShowAsync(terminal, progress => downloader.PullAsync(
                entry,
                new ModelPullOptions { Mirror = Address(parsed.GetValue(mirror)), FromFile = parsed.GetValue(from), Progress = progress },
                cancellationToken));
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

/// <summary>The progress of a download on standard error: one bar per file in a window, else a line every tenth.</summary>
internal static class DownloadBar
{
    private const double PlainStep = 0.1;

    public static async Task<T> ShowAsync<T>(Terminal terminal, Func<IProgress<DownloadProgress>?, Task<T>> download)
    {
        if (terminal.Verbosity == Verbosity.Quiet) return await download(null);
        if (!terminal.ErrorIsWindow) return await download(new PlainLines(terminal));
        return await terminal.ErrorConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(),
                new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context => download(new Bars(context)));
    }

    // Not Progress<T>, which posts to other threads, where reports may overtake each other.
    private sealed class Bars(ProgressContext context) : IProgress<DownloadProgress>
    {
        private readonly ConcurrentDictionary<string, ProgressTask> _tasks = new();

        public void Report(DownloadProgress value) =>
            _tasks.GetOrAdd(value.File, file => context.AddTask(Markup.Escape(file), maxValue: value.Size)).Value = value.Received;
    }

    private sealed class PlainLines(Terminal terminal) : IProgress<DownloadProgress>
    {
        private readonly ConcurrentDictionary<string, double> _next = new();

        public void Report(DownloadProgress value)
        {
            if (value.Fraction < _next.GetOrAdd(value.File, 0)) return;
            _next[value.File] = value.Fraction >= 1 ? double.MaxValue : value.Fraction + PlainStep;
            var size = ModelListCommand.Megabytes(value.Size);
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Fraction * 100:0} % of {size}"));
        }
    }
}
