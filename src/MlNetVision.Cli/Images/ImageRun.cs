using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;

namespace MlNetVision.Cli.Images;

/// <summary>
/// The loop over images that all tasks share: lines or JSON in input order, drawn images, progress, totals, exit code.
/// A failed image does not stop the rest; however the run ends, what was done is kept, and a later run may go on from there.
/// </summary>
internal sealed class ImageRun(Terminal terminal)
{
    public required IReadOnlyList<ImageInput> Inputs { get; init; }

    /// <summary>What the command reads besides the inputs, which no image may replace.</summary>
    public UsedFiles Used { get; init; } = new();

    public string? OutputFolder { get; init; }

    public bool IsJson { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>What the run is, and where its journal stands; null: it has none.</summary>
    public BatchIdentity? Identity { get; init; }

    /// <summary>Names for images in a folder, none of which is a file that the command reads.</summary>
    public OutputNames NamesIn(string folder) => new(folder, Used.Add(Inputs));

    /// <summary>Whether standard output has lines for readers.</summary>
    public bool PrintsLines => !IsJson || JsonFile is not null;

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync<TResult>(ImageTask<TResult> task, CancellationToken cancellationToken) where TResult : class
    {
        // Disposed in this order when the run ends on an error: what was answered lands first.
        using var record = BatchRecord.Open(terminal, Identity, task.Models);
        using var json = IsJson ? new JsonOutput(terminal, JsonFile, cancellationToken) : null;
        terminal.Preparation.End();
        using var gathered = task.Gather();
        var drawing = Drawing(task, record);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = new ImageLines<TResult>(terminal, task, json, PrintsLines, record) { Gathered = gathered };
        var code = await ImageProgress.ShowAsync(terminal, Inputs.Count, PrintsLines, async advance =>
        {
            try
            {
                await foreach (var answer in new ImageAnswers<TResult>(terminal, task, drawing, record).OfAsync(Inputs, stop.Token))
                {
                    await WriteAsync(lines, answer, drawing, stop);
                    advance();
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                terminal.Fail(Interrupted(record));
                return ExitCode.Interrupted;
            }
            return lines.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        if (code != ExitCode.Interrupted) // else what was written lands when it is disposed
        {
            json?.Commit();
            gathered?.Land();
            record?.Complete();
        }
        if (PrintsLines && Inputs.Count > 1 && task.Totals() is { } totals)
        {
            if (record is { Before: > 0 and var before })
                terminal.Note(FormattableString.Invariant($"Totals of this run; {before} {(before == 1 ? "image was" : "images were")} done before:"));
            terminal.Note(totals);
        }
        if (task.Remark() is { } remark) terminal.Warn(remark);
        if (JsonFile is not null) terminal.Note($"JSON: {JsonFile}");
        if (gathered is not null) terminal.Note(gathered.Name);
        return code;
    }

    /// <summary>What is written for each image; null: nothing.</summary>
    private ImageDrawing<TResult>? Drawing<TResult>(ImageTask<TResult> task, BatchRecord? record) where TResult : class
    {
        // Outputs to one folder share its names, so that none replaces another.
        var names = new Dictionary<string, OutputNames>(StringComparer.Ordinal);
        var outputs = new List<(ImageOutput<TResult>, OutputNames)>();
        foreach (var output in task.Outputs)
        {
            if ((output.Folder ?? OutputFolder) is not { } folder) continue;
            if (!names.TryGetValue(folder, out var known)) names[folder] = known = NamesIn(folder);
            outputs.Add((output, known));
        }
        return outputs.Count == 0 ? null : new(task, outputs, Inputs, record);
    }

    /// <summary>What an interrupted run says.</summary>
    public static string Interrupted(BatchRecord? record) =>
        $"interrupted; what was done until now is kept{(record is null ? "" : ", and the same command with --resume goes on")}.";

    // Where nobody reads any more (| head), the networks that run are stopped at once.
    private static async Task WriteAsync<TResult>(
        ImageLines<TResult> lines, ImageAnswer<TResult> answer, ImageDrawing<TResult>? drawing, CancellationTokenSource stop) where TResult : class
    {
        try
        {
            lines.Write(answer, drawing?.FilesOf(answer.Input.Path));
        }
        catch (IOException)
        {
            await stop.CancelAsync();
            throw;
        }
    }
}

/// <summary>Writes the outcomes of a task.</summary>
internal sealed class ImageLines<TResult>(Terminal terminal, ImageTask<TResult> task, JsonOutput? json, bool printsLines, BatchRecord? record)
    where TResult : class
{
    private readonly AnswerLines _lines = new(terminal, json, record);

    /// <summary>The file that gathers something of all images; null: there is none.</summary>
    public GatheredFile<TResult>? Gathered { get; init; }

    /// <summary>The number of images that failed.</summary>
    public int Failed => _lines.Failed;

    /// <exception cref="IOException">Nobody reads what is written, or the disk is full.</exception>
    public void Write(ImageAnswer<TResult> answer, IReadOnlyList<string>? files)
    {
        if (answer.Outcome is null)
        {
            var entry = _lines.Again(answer.Input);
            Gathered?.Add(answer.Input, entry.Gathered);
        }
        else if (answer.Outcome.Result is { } result) Done(answer.Input, result, files);
        else _lines.Fail(answer.Input, answer.Outcome.Error!);
    }

    private void Done(ImageInput input, TResult result, IReadOnlyList<string>? files)
    {
        try
        {
            task.Count(result);
            _lines.Done(
                input,
                json is null ? null : JsonOutput.Line(task.ToJson(result, files?.Select(PortablePath.Of).ToList())),
                printsLines ? task.Describe(result) + (files is null ? "" : $" -> {string.Join(", ", files)}") : null,
                Gathered?.Add(input, result));
        }
        finally
        {
            task.Done(result);
        }
    }
}

/// <summary>Writes what was answered for each image: JSON, a line for readers, an error; and notes it as done.</summary>
internal sealed class AnswerLines(Terminal terminal, JsonOutput? json, BatchRecord? record)
{
    /// <summary>The number of images that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>An image that is done, with its line of JSON and its line for readers; null: not asked for.</summary>
    /// <param name="input">The image.</param>
    /// <param name="line">Its JSON.</param>
    /// <param name="text">Its line for readers.</param>
    /// <param name="gathered">What it adds to a file of all images.</param>
    /// <param name="isWhole">Whether a later run need not do it again.</param>
    public void Done(ImageInput input, string? line, string? text, string? gathered = null, bool isWhole = true)
    {
        if (isWhole) record?.Add(input, line, text, gathered);
        Print(line, text);
    }

    /// <summary>An image that an earlier run did.</summary>
    /// <returns>What that run noted.</returns>
    public JournalEntry Again(ImageInput input)
    {
        var entry = record!.Find(input);
        Print(entry.Json, entry.Text);
        return entry;
    }

    public void Fail(ImageInput input, Exception error)
    {
        Failed++;
        terminal.Debug(error.ToString());
        var message = Failure.Describe(error);
        json?.Write(new { image = PortablePath.Of(input.Path), error = message });
        terminal.Fail(message.Contains(input.Path, StringComparison.Ordinal) ? message : $"{input.Path}: {message}");
    }

    private void Print(string? line, string? text)
    {
        if (json is not null && line is not null) json.WriteRaw(line);
        if (text is not null) terminal.Result(text);
    }
}
