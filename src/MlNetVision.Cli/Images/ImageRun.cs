using System.Runtime.CompilerServices;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Images;

/// <summary>
/// The loop over images that all tasks share: lines or JSON in input order, drawn images, progress, totals, exit code.
/// A failed image does not stop the rest; an interruption keeps what was done.
/// </summary>
internal sealed class ImageRun(Terminal terminal)
{
    public required IReadOnlyList<ImageInput> Inputs { get; init; }

    /// <summary>What the command reads besides the inputs, which no image may replace.</summary>
    public UsedFiles Used { get; init; } = new();

    public string? OutputFolder { get; init; }

    public bool IsJson { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>Names for images in a folder, none of which is a file that the command reads.</summary>
    public OutputNames NamesIn(string folder) => new(folder, Used.Add(Inputs));

    private bool PrintsLines => !IsJson || JsonFile is not null;

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync<TResult>(ImageTask<TResult> task, CancellationToken cancellation) where TResult : class
    {
        using var json = IsJson ? new JsonOutput(terminal, JsonFile, cancellation) : null;
        terminal.Preparation.End();
        var drawing = OutputFolder is null ? null : new ImageDrawing<TResult>(task, NamesIn(OutputFolder), Inputs);
        var code = await ImageProgress.ShowAsync(terminal, Inputs.Count, PrintsLines, async advance =>
        {
            var failed = 0;
            try
            {
                await foreach (var (input, result, error) in AnswerAsync(task, drawing, cancellation))
                {
                    if (result is not null) Done(task, json, result, drawing?.FilesOf(input.Path));
                    else Failed(json, input, error!);
                    failed += result is null ? 1 : 0;
                    advance();
                }
            }
            catch (OperationCanceledException)
            {
                terminal.Fail("interrupted; what was done until now is kept.");
                return ExitCode.Interrupted;
            }
            return failed == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        json?.Commit();
        if (PrintsLines && Inputs.Count > 1 && task.Totals() is { } totals) terminal.Result(totals);
        if (JsonFile is not null) terminal.Note($"JSON: {JsonFile}");
        return code;
    }

    private void Done<TResult>(ImageTask<TResult> task, JsonOutput? json, TResult result, IReadOnlyList<string>? files) where TResult : class
    {
        task.Count(result);
        json?.Write(task.ToJson(result, files));
        if (PrintsLines) terminal.Result(task.Describe(result) + (files is null ? "" : $" -> {string.Join(", ", files)}"));
        task.Done(result);
    }

    private void Failed(JsonOutput? json, ImageInput input, Exception error)
    {
        terminal.Debug(error.ToString());
        var message = Failure.Describe(error);
        json?.Write(new { image = input.Path, error = message });
        terminal.Fail(message.Contains(input.Path, StringComparison.Ordinal) ? message : $"{input.Path}: {message}");
    }

    /// <summary>Hands runs of files to the task together, and what is no file by itself, so that the order stays the inputs'.</summary>
    private async IAsyncEnumerable<(ImageInput Input, TResult? Result, Exception? Error)> AnswerAsync<TResult>(
        ImageTask<TResult> task, ImageDrawing<TResult>? drawing, [EnumeratorCancellation] CancellationToken cancellation) where TResult : class
    {
        for (var at = 0; at < Inputs.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var files = Inputs.Skip(at).TakeWhile(i => i is { IsStandardInput: false, Error: null }).ToList();
            var next = 0;
            if (files.Count > 0)
            {
                await foreach (var (path, result, error) in task.RunAsync([.. files.Select(f => f.Path)], drawing is null ? null : drawing.Draw, cancellation))
                {
                    while (files[next].Path != path) next++; // was interrupted
                    yield return (files[next++], result, error);
                }
            }
            else
            {
                yield return Inputs[at].Error is { } error
                    ? (Inputs[at], null, new BadImageException(error))
                    : await FromStandardInputAsync(task, drawing, Inputs[at], cancellation);
            }
            at += Math.Max(1, files.Count);
        }
    }

    private async Task<(ImageInput Input, TResult? Result, Exception? Error)> FromStandardInputAsync<TResult>(
        ImageTask<TResult> task, ImageDrawing<TResult>? drawing, ImageInput input, CancellationToken cancellation) where TResult : class
    {
        try
        {
            var (image, result) = await Interruptible.RunAsync(() => Answer(task, input, cancellation), cancellation);
            using (image) drawing?.Draw(input.Path, image, result);
            return (input, result, null);
        }
        catch (BadImageException e)
        {
            return (input, null, e);
        }
    }

    private (RgbImage Image, TResult Result) Answer<TResult>(ImageTask<TResult> task, ImageInput input, CancellationToken cancellation) where TResult : class
    {
        var image = task.Load(terminal.Input, "standard input");
        try
        {
            return (image, task.Run(image, input.Path, cancellation));
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }
}
