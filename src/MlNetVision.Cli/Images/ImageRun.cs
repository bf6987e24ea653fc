using System.Runtime.CompilerServices;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;

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
    public async Task<int> RunAsync<TResult>(ImageTask<TResult> task, CancellationToken cancellationToken) where TResult : class
    {
        using var json = IsJson ? new JsonOutput(terminal, JsonFile, cancellationToken) : null;
        terminal.Preparation.End();
        var drawing = OutputFolder is null ? null : new ImageDrawing<TResult>(task, NamesIn(OutputFolder), Inputs);
        var code = await ImageProgress.ShowAsync(terminal, Inputs.Count, PrintsLines, async advance =>
        {
            var failed = 0;
            try
            {
                await foreach (var (input, outcome) in AnswerAsync(task, drawing, cancellationToken))
                {
                    if (outcome.Result is { } result) Done(task, json, result, drawing?.FilesOf(input.Path));
                    else Failed(json, input, outcome.Error!);
                    failed += outcome.Result is null ? 1 : 0;
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
        if (PrintsLines && Inputs.Count > 1 && task.Totals() is { } totals) terminal.Note(totals);
        if (JsonFile is not null) terminal.Note($"JSON: {JsonFile}");
        return code;
    }

    private void Done<TResult>(ImageTask<TResult> task, JsonOutput? json, TResult result, IReadOnlyList<string>? files) where TResult : class
    {
        task.Count(result);
        json?.Write(task.ToJson(result, files?.Select(PortablePath.Of).ToList()));
        if (PrintsLines) terminal.Result(task.Describe(result) + (files is null ? "" : $" -> {string.Join(", ", files)}"));
        task.Done(result);
    }

    private void Failed(JsonOutput? json, ImageInput input, Exception error)
    {
        terminal.Debug(error.ToString());
        var message = Failure.Describe(error);
        json?.Write(new { image = PortablePath.Of(input.Path), error = message });
        terminal.Fail(message.Contains(input.Path, StringComparison.Ordinal) ? message : $"{input.Path}: {message}");
    }

    /// <summary>Hands runs of files to the task together, and what is no file by itself, so that the order stays the inputs'.</summary>
    private async IAsyncEnumerable<(ImageInput Input, Outcome<TResult> Outcome)> AnswerAsync<TResult>(
        ImageTask<TResult> task, ImageDrawing<TResult>? drawing, [EnumeratorCancellation] CancellationToken cancellationToken) where TResult : class
    {
        for (var at = 0; at < Inputs.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var files = Inputs.Skip(at).TakeWhile(i => i is { IsStandardInput: false, Error: null }).ToList();
            var next = 0;
            if (files.Count > 0)
            {
                List<ImageSource> images = [.. files.Select(f => ImageSource.FromFile(f.Path))];
                await foreach (var outcome in task.RunAsync(images, drawing is null ? null : drawing.Draw, cancellationToken))
                {
                    while (files[next].Path != outcome.Image) next++; // was interrupted
                    yield return (files[next++], outcome);
                }
            }
            else if (Inputs[at].Error is { } error)
            {
                yield return (Inputs[at], new(Inputs[at].Path, null, new BadImageException(error)));
            }
            else
            {
                await foreach (var outcome in FromStandardInputAsync(task, drawing, Inputs[at], cancellationToken)) yield return (Inputs[at], outcome);
            }
            at += Math.Max(1, files.Count);
        }
    }

    private async IAsyncEnumerable<Outcome<TResult>> FromStandardInputAsync<TResult>(
        ImageTask<TResult> task, ImageDrawing<TResult>? drawing, ImageInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TResult : class
    {
        var (image, error) = await LoadAsync(task, cancellationToken);
        if (image is null)
        {
            yield return new(input.Path, null, error);
            yield break;
        }
        using (image)
        {
            ImageSource[] one = [ImageSource.FromImage(image, input.Path)];
            await foreach (var outcome in task.RunAsync(one, drawing is null ? null : drawing.Draw, cancellationToken)) yield return outcome;
        }
    }

    private async Task<(RgbImage? Image, Exception? Error)> LoadAsync<TResult>(ImageTask<TResult> task, CancellationToken cancellationToken)
        where TResult : class
    {
        try
        {
            var image = await Interruptible.RunAsync(
                () => task.Load(ImageInputs.Open(terminal), ImageInputs.StandardInputName), cancellationToken);
            return (image, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (null, e);
        }
    }
}

/// <summary>Writes a task's files of each image to the output folder; several threads may write at once.</summary>
internal sealed class ImageDrawing<TResult> where TResult : class
{
    private readonly ImageTask<TResult> _task;
    private readonly IReadOnlyList<ImageOutput<TResult>> _outputs;
    private readonly Dictionary<string, string[]> _files = new(StringComparer.Ordinal);

    public ImageDrawing(ImageTask<TResult> task, OutputNames names, IReadOnlyList<ImageInput> inputs)
    {
        (_task, _outputs) = (task, task.Outputs);
        foreach (var input in inputs.Where(i => i.Error is null))
            _files[input.Path] = [.. _outputs.Select(o => names.Claim(input.RelativeName, o.EndingFor(input.RelativeName)))];
    }

    /// <summary>The files of an input, in the order of the task's outputs.</summary>
    public IReadOnlyList<string> FilesOf(string path) => _files[path];

    /// <summary>Writes the files of one image.</summary>
    /// <exception cref="BadImageException">A file cannot be written; the message names it.</exception>
    public void Draw(RgbImage image, TResult result)
    {
        var path = _task.ImageOf(result);
        foreach (var (output, file) in _outputs.Zip(_files[path])) Write(output, path, image, result, file);
    }

    private static void Write(ImageOutput<TResult> output, string path, RgbImage image, TResult result, string file)
    {
        try
        {
            output.Write(image, result, file);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, it is this image's: the rest are done.
            var named = e.Message.Contains(file, StringComparison.Ordinal) ? "" : $"{file}: ";
            throw new BadImageException($"{path}: the result cannot be written: {named}{Failure.Describe(e)}", e);
        }
    }
}
