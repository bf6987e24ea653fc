using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary>Stylises photos by optimisation, one at a time; an interruption keeps the best result of the current photo.</summary>
internal sealed class PaintingRun(
    Terminal terminal, ImageRun run, NeuralStyle style, NeuralStyleOptions options, IReadOnlyList<StylePainting> paintings, StyleControls controls)
{
    /// <summary>Where images are written; null: nowhere.</summary>
    public required string? Folder { get; init; }

    /// <summary>The end of the images' names after the photo's, with its dot.</summary>
    public required string Ending { get; init; }

    /// <summary>The quality of files.</summary>
    public required int Quality { get; init; }

    /// <summary>The number of iterations between previews; null: none are written.</summary>
    public int? PreviewEvery { get; init; }

    /// <summary>How large a photo may be; null: the default.</summary>
    public ImageLimits? Limits { get; init; }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        using var record = BatchRecord.Open(terminal, run.Identity, []);
        using var json = run.IsJson ? new JsonOutput(terminal, run.JsonFile, cancellationToken) : null;
        terminal.Preparation.End();
        var names = Folder is null ? null : run.NamesIn(Folder);
        if (names is not null) BatchRecord.ClaimKnown(record, names, run.Inputs);
        var lines = new AnswerLines(terminal, json, record);
        foreach (var input in run.Inputs)
        {
            try
            {
                if (record?.IsDone(input) == true)
                {
                    Claim(input, names, record);
                    lines.Again(input);
                    continue;
                }
                using var photo = Interruptible.Run(() => Load(input), cancellationToken);
                Stylize(input, photo, Claim(input, names, record), lines, record, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // There is nothing yet of this photo to be kept.
            }
            catch (Exception e) when (e is not (BadDeviceException or OutputClosedException))
            {
                lines.Fail(input, e);
            }
            if (!cancellationToken.IsCancellationRequested) continue;
            terminal.Fail(ImageRun.Interrupted(record));
            return ExitCode.Interrupted; // what was written lands when it is disposed
        }
        json?.Commit();
        record?.Complete();
        return lines.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private (string? Output, string? Preview) Claim(ImageInput input, OutputNames? names, BatchRecord? record)
    {
        var output = names is null ? null : BatchRecord.Claim(record, input, [(names, Ending)])[0];
        return (output, output is null || PreviewEvery is null ? null : names!.Claim(input.RelativeName, ".preview.png"));
    }

    private RgbImage Load(ImageInput input) => input.Error is { } error ? throw new BadImageException(error)
        : input.IsStandardInput ? RgbImage.LoadSrgb(ImageInputs.Open(terminal), ImageInputs.StandardInputName, Limits)
        : RgbImage.LoadSrgb(input.Path, Limits);

    private void Stylize(
        ImageInput input, RgbImage photo, (string? Output, string? Preview) files, AnswerLines lines, BatchRecord? record, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.GetTimestamp();
        var (output, preview) = files;
        Action<RgbImage>? show = preview is null ? null : image => Preview.Save(image, preview, terminal);
        using var result = style.Run(photo, paintings, new PaintingLines(terminal, options), show, PreviewEvery ?? 1, cancellationToken);
        var (width, height) = (result.Image.Width, result.Image.Height);
        // What is not a number shows nowhere else: pixels are clipped to 0–255.
        if (!double.IsFinite(result.Losses.Total))
            throw new BadModelException($"{input.Path}: the loss is no longer a number; smaller weights of the losses, or another --solver, may help.");
        using var sized = ImageResizer.Resize(
            photo, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        controls.ApplyInPlace(result.Image, sized);
        if (output is not null) result.Image.Save(output, Quality);
        var terms = result.Losses.Weighted ?? result.Losses;
        var done = !run.IsJson ? null : JsonOutput.Line(new PaintingJson(
            PortablePath.Of(input.Path), width, height, output is null ? null : PortablePath.Of(output), result.Evaluations,
            terms.Total, terms.Content, terms.Styles, terms.TotalVariation));
        var milliseconds = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{input.Path}: {width}×{height} in {milliseconds:0} ms, loss {result.Losses.Total:G4} after {result.Evaluations} evaluations");
        var text = run.PrintsLines ? output is null ? line : $"{line} -> {output}" : null;
        // The best image so far of an interrupted photo is kept, but it is not done.
        if (!result.Interrupted) record?.Measure(input.Path, output is null ? null : [output]);
        lines.Done(input, done, text, isWhole: !result.Interrupted);
    }
}

/// <summary>The line of JSON of an image stylised by optimisation, with the weighted losses, which add up to the total.</summary>
internal sealed record PaintingJson(
    string Image, int Width, int Height, string? Output, int Evaluations, double Total, double Content,
    IReadOnlyList<double> Styles, double TotalVariation);

/// <summary>The progress of an optimisation on standard error; at most one line per second besides the first and the last.</summary>
/// <remarks>Not System.Progress, which would report from other threads, out of order.</remarks>
internal sealed class PaintingLines(Terminal terminal, NeuralStyleOptions options) : IProgress<StyleProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = new();

    public void Report(StyleProgress value)
    {
        var isLast = value.Iteration == options.Iterations;
        if (_clock.IsRunning && _clock.Elapsed < Pause && !isLast) return;
        _clock.Restart();
        var scale = options.Scales == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"scale {value.Scale + 1} of {options.Scales}, ");
        var left = value.Remaining > TimeSpan.Zero ? $"; {ImageProgress.TimeLeft(value.Remaining)} left" : "";
        var terms = value.Losses.Weighted ?? value.Losses;
        var styles = string.Join(" ", terms.Styles.Select(s => s.ToString("G3", CultureInfo.InvariantCulture)));
        var losses = string.Create(CultureInfo.InvariantCulture,
            $"loss {terms.Total:G5} = content {terms.Content:G3} + styles {styles} + variation {terms.TotalVariation:G3}");
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{scale}iteration {value.Iteration} of {options.Iterations}: {losses}{left}"));
    }
}

/// <summary>The paintings of a run, loaded; disposing frees them all.</summary>
internal sealed class LoadedPaintings : IDisposable
{
    private readonly List<RgbImage> _images = [];
    private readonly List<StylePainting> _all = [];

    /// <exception cref="UsageException">One cannot be read.</exception>
    public LoadedPaintings(string option, IEnumerable<(string File, float Weight)> paintings)
    {
        List<string> names = [];
        try
        {
            foreach (var (file, weight) in paintings)
            {
                var image = OptionImage.Load(option, file);
                _images.Add(image);
                _all.Add(new StylePainting(image, weight));
                names.Add(Path.GetFileNameWithoutExtension(file));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Name = string.Join('+', names);
    }

    public IReadOnlyList<StylePainting> All => _all;

    /// <summary>The names of the paintings, for the file of an image in their style.</summary>
    public string Name { get; }

    public void Dispose() => _images.ForEach(image => image.Dispose());
}
