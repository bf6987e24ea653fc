using System.Runtime.CompilerServices;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Cli.Images;

/// <summary>What was answered for an input.</summary>
/// <param name="Input">The input.</param>
/// <param name="Outcome">The outcome; null: an earlier run did it.</param>
internal readonly record struct ImageAnswer<TResult>(ImageInput Input, Outcome<TResult>? Outcome) where TResult : class;

/// <summary>
/// Hands inputs to a task: runs of files together, and what is no file by itself, so that the order stays the inputs'. What is done already is
/// not handed over.
/// </summary>
internal sealed class ImageAnswers<TResult>(Terminal terminal, ImageTask<TResult> task, ImageDrawing<TResult>? drawing, BatchRecord? record)
    where TResult : class
{
    public async IAsyncEnumerable<ImageAnswer<TResult>> OfAsync(
        IReadOnlyList<ImageInput> inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var at = 0; at < inputs.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = at;
            while (end < inputs.Count && inputs[end] is { IsStandardInput: false, Error: null }) end++;
            var next = end > at ? OfFilesAsync(inputs, at, end, cancellationToken)
                : inputs[at].Error is { } error ? new[] { new ImageAnswer<TResult>(inputs[at], Refused(inputs[at], new BadImageException(error))) }.ToAsyncEnumerable()
                : OfStandardInputAsync(inputs[at], cancellationToken);
            await foreach (var answer in next) yield return answer;
            at = Math.Max(at + 1, end);
        }
    }

    private static Outcome<TResult> Refused(ImageInput input, Exception error) => new(input.Path, null, error);

    private async IAsyncEnumerable<ImageAnswer<TResult>> OfFilesAsync(
        IReadOnlyList<ImageInput> inputs, int from, int to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // In the order of the inputs: what is done, and what the task was given.
        var waiting = new Queue<(ImageInput Input, bool IsDone)>();
        // A single image takes all threads; the rest of a run must not, so that it answers as the whole run did.
        IEnumerable<ImageSource> images = to - from == 1 ? Ahead().ToArray() : Ahead();
        await foreach (var outcome in task.RunAsync(images, Then, cancellationToken))
        {
            while (waiting.Peek() is var (input, isDone) && (isDone || input.Path != outcome.Image))
            {
                waiting.Dequeue(); // else it was interrupted
                if (isDone) yield return new(input, null);
            }
            yield return new(waiting.Dequeue().Input, outcome);
        }
        foreach (var (input, isDone) in waiting) if (isDone) yield return new(input, null);

        IEnumerable<ImageSource> Ahead()
        {
            for (var i = from; i < to; i++)
            {
                var isDone = record?.IsDone(inputs[i]) == true;
                waiting.Enqueue((inputs[i], isDone));
                if (!isDone) yield return ImageSource.FromFile(inputs[i].Path);
                else if (cancellationToken.IsCancellationRequested) yield break;
            }
        }

        void Then(RgbImage image, TResult result)
        {
            drawing?.Draw(image, result);
            record?.Measure(task.ImageOf(result), drawing?.FilesOf(task.ImageOf(result)));
        }
    }

    private async IAsyncEnumerable<ImageAnswer<TResult>> OfStandardInputAsync(ImageInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (image, error) = await LoadAsync(cancellationToken);
        if (image is null)
        {
            yield return new(input, Refused(input, error!));
            yield break;
        }
        using (image)
        {
            ImageSource[] one = [ImageSource.FromImage(image, input.Path)];
            await foreach (var outcome in task.RunAsync(one, drawing is null ? null : drawing.Draw, cancellationToken))
                yield return new(input, outcome);
        }
    }

    private async Task<(RgbImage? Image, Exception? Error)> LoadAsync(CancellationToken cancellationToken)
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

/// <summary>Writes a task's files of each image; several threads may write at once.</summary>
internal sealed class ImageDrawing<TResult> where TResult : class
{
    private readonly ImageTask<TResult> _task;
    private readonly IReadOnlyList<ImageOutput<TResult>> _outputs;
    private readonly Dictionary<string, string[]> _files = new(StringComparer.Ordinal);

    /// <param name="task">The task.</param>
    /// <param name="outputs">What it writes, each with the names in its folder.</param>
    /// <param name="inputs">The images.</param>
    /// <param name="record">The record of the run; null: none.</param>
    public ImageDrawing(
        ImageTask<TResult> task, IReadOnlyList<(ImageOutput<TResult> Output, OutputNames Names)> outputs, IReadOnlyList<ImageInput> inputs, BatchRecord? record)
    {
        (_task, _outputs) = (task, [.. outputs.Select(o => o.Output)]);
        foreach (var (_, names) in outputs.DistinctBy(o => o.Names)) BatchRecord.ClaimKnown(record, names, inputs);
        foreach (var input in inputs.Where(i => i.Error is null))
            _files[input.Path] = BatchRecord.Claim(record, input, [.. outputs.Select(o => (o.Names, o.Output.EndingFor(input.RelativeName)))]);
    }

    /// <summary>The files of an input, in the order of the task's outputs; none where the input leads to no image.</summary>
    public IReadOnlyList<string> FilesOf(string path) => _files.GetValueOrDefault(path) ?? [];

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
