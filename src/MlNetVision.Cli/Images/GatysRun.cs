using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Images;

/// <summary>The loop over photos that are stylised by optimisation, one at a time; an interruption keeps the best so far of the one under way.</summary>
internal sealed class GatysRun(Terminal terminal, ImageRun run, NeuralStyle style, NeuralStyleOptions options, IReadOnlyList<StylePainting> paintings, StyleControls controls)
{
    /// <summary>Where images are written; null: nowhere.</summary>
    public required string? Folder { get; init; }

    /// <summary>What the names of images end in behind the photo's, with its dot.</summary>
    public required string Ending { get; init; }

    /// <summary>The quality of files.</summary>
    public required int Quality { get; init; }

    /// <summary>How many iterations lie between previews; null: none are written.</summary>
    public int? PreviewEvery { get; init; }

    /// <summary>What a photo may ask for; null: the default.</summary>
    public ImageLimits? Limits { get; init; }

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

    private RgbImage Load(ImageInput input) => input.Error is { } error ? throw new BadImageException(error)
        : input.IsStandardInput ? RgbImage.LoadSrgb(terminal.Input, "standard input", Limits) : RgbImage.LoadSrgb(input.Path, Limits);

    private void Stylize(ImageInput input, RgbImage photo, OutputNames? names, JsonOutput? json, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        var output = names?.Claim(input.RelativeName, Ending);
        var preview = output is null || PreviewEvery is null ? null : names!.Claim(input.RelativeName, ".preview.png");
        using var result = style.Run(photo, paintings, new GatysLines(terminal, options), preview is null ? null : p => Preview.Save(p, preview, terminal), PreviewEvery ?? 1, cancellation);
        using var sized = ImageResizer.Resize(
            photo, new ResizeOptions { Width = result.Image.Width, Height = result.Image.Height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        controls.ApplyInPlace(result.Image, sized);
        if (output is not null) result.Image.Save(output, Quality);
        var milliseconds = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        json?.Write(GatysJson.From(input.Path, result, output, milliseconds));
        if (json is not null && run.JsonFile is null) return;
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"{input.Path}: {result.Image.Width}×{result.Image.Height} in {milliseconds:0} ms, loss {result.Losses.Total:G4} after {result.Evaluations} evaluations{(output is null ? "" : $" -> {output}")}"));
    }
}
