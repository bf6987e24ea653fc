using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Pictures;

/// <summary>The loop over photos that are stylised by optimisation, one at a time; an interruption keeps the best so far of the one under way.</summary>
internal sealed class GatysRun(Terminal terminal, PictureRun run, NeuralStyle style, NeuralStyleOptions options, IReadOnlyList<StylePainting> paintings, StyleControls controls)
{
    /// <summary>Where pictures are written; null: nowhere.</summary>
    public required string? Folder { get; init; }

    /// <summary>What the names of pictures end in behind the photo's, with its dot.</summary>
    public required string Ending { get; init; }

    /// <summary>The quality of files.</summary>
    public required int Quality { get; init; }

    /// <summary>How many iterations lie between previews; null: none are written.</summary>
    public int? PreviewEvery { get; init; }

    /// <summary>What a photo may ask for; null: the default.</summary>
    public PictureLimits? Limits { get; init; }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run(CancellationToken cancellation)
    {
        using var json = run.IsJson ? new JsonOutput(terminal, run.JsonFile, cancellation) : null;
        terminal.Preparation.End();
        var names = Folder is null ? null : run.NamesIn(Folder);
        var code = ExitCode.Done;
        foreach (var input in run.Inputs)
        {
            try
            {
                using var photo = Interruptible.Run(() => Load(input), cancellation);
                Stylize(input, photo, names, json, cancellation);
            }
            catch (OperationCanceledException)
            {
                // There is nothing yet of this photo to be kept.
            }
            catch (Exception e) when (e is BadImageException or IOException or UnauthorizedAccessException)
            {
                json?.Write(new { image = input.Path, error = Failure.Describe(e) });
                terminal.Fail(Failure.Describe(e));
                code = ExitCode.Failed;
            }
            if (!cancellation.IsCancellationRequested) continue;
            terminal.Fail("interrupted; what was done until now is kept.");
            code = ExitCode.Interrupted;
            break;
        }
        json?.Commit();
        return code;
    }

    private Picture Load(PictureInput input) => input.Error is { } error ? throw new BadImageException(error)
        : input.IsStandardInput ? Picture.LoadSrgb(terminal.Input, "standard input", Limits) : Picture.LoadSrgb(input.Path, Limits);

    private void Stylize(PictureInput input, Picture photo, OutputNames? names, JsonOutput? json, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        var output = names?.Claim(input.RelativeName, Ending);
        var preview = output is null || PreviewEvery is null ? null : names!.Claim(input.RelativeName, ".preview.png");
        using var result = style.Run(photo, paintings, new GatysLines(terminal, options), preview is null ? null : p => Preview.Save(p, preview, terminal), PreviewEvery ?? 1, cancellation);
        using var sized = PictureResizer.Resize(
            photo, new ResizeOptions { Width = result.Picture.Width, Height = result.Picture.Height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        controls.ApplyInPlace(result.Picture, sized);
        if (output is not null) result.Picture.Save(output, Quality);
        var milliseconds = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        json?.Write(GatysJson.From(input.Path, result, output, milliseconds));
        if (json is not null && run.JsonFile is null) return;
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"{input.Path}: {result.Picture.Width}×{result.Picture.Height} in {milliseconds:0} ms, loss {result.Losses.Total:G4} after {result.Evaluations} evaluations{(output is null ? "" : $" -> {output}")}"));
    }
}
