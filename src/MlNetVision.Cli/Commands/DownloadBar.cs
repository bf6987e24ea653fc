using System.Collections.Concurrent;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Models;
using Spectre.Console;

namespace MlNetVision.Cli.Commands;

/// <summary>The progress of a download on standard error: a bar a file in a window, else a line every tenth.</summary>
internal static class DownloadBar
{
    private const double PlainStep = 0.1;

    public static async Task<T> ShowAsync<T>(Terminal terminal, Func<IProgress<DownloadProgress>?, Task<T>> download)
    {
        if (terminal.Verbosity == Verbosity.Quiet) return await download(null);
        if (!terminal.ErrorIsWindow) return await download(new PlainLines(terminal));
        return await terminal.ErrorConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
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
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Fraction * 100:0} % of {ModelListCommand.Megabytes(value.Size)}"));
        }
    }
}
