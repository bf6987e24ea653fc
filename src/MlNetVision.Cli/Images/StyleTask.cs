using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlNetVision.Cli.Commands;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Style;
using Spectre.Console;

namespace MlNetVision.Cli.Images;

/// <summary>Stylises images, by one network or several that are blended; the caller disposes the parts.</summary>
internal sealed class StyleTask : ImageTask<StyleResult>
{
    private readonly ConditionalWeakTable<StyleResult, StrongBox<double>> _milliseconds = [];

    public required StylizerSet Stylizers { get; init; }

    /// <summary>How much of each is blended.</summary>
    public required IReadOnlyList<float> Weights { get; init; }

    public required StyleControls Controls { get; init; }

    /// <summary>Where each style of each image is gathered; null: nowhere.</summary>
    public StyleSheet? Sheet { get; init; }

    /// <summary>The extension of files with its dot, and their quality.</summary>
    public required (string Extension, int Quality) Format { get; init; }

    public override ImageLimits? Limits => ImageLimits;

    /// <summary>What an image on standard input may ask for; null: the default.</summary>
    public ImageLimits? ImageLimits { get; init; }

    public override IReadOnlyList<ImageOutput<StyleResult>> Outputs => [new("", Format.Extension, (_, result, path) => result.Stylized.Save(path, Format.Quality))];

    public override async IAsyncEnumerable<(string Path, StyleResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, RgbImage, StyleResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var outcome in Stylizers.All[0].Stylizer.StylizeManyAsync(paths, Finish, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);

        void Finish(RgbImage photo, StyleResult result)
        {
            Complete(photo, result, cancellation);
            then?.Invoke(result.Image, photo, result);
        }
    }

    public override RgbImage Load(Stream input, string name) => RgbImage.LoadSrgb(input, name, Limits);

    public override StyleResult Run(RgbImage image, string name, CancellationToken cancellation)
    {
        var result = Stylizers.All[0].Stylizer.Stylize(ImageSource.FromImage(image, name), cancellation);
        Complete(image, result, cancellation);
        return result;
    }

    public override object ToJson(StyleResult result) => ToJson(result, null);

    public override object ToJson(StyleResult result, IReadOnlyList<string>? files) =>
        new StyleJson(result.Image, result.Width, result.Height, files?[0], Math.Round(_milliseconds.GetOrCreateValue(result).Value, 1));

    public override string Describe(StyleResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Image}: {result.Width}×{result.Height} in {_milliseconds.GetOrCreateValue(result).Value:0} ms");

    public override void Count(StyleResult result)
    {
    }

    public override Table? Totals() => null;

    public override void Done(StyleResult result) => result.Dispose();

    // The other styles, the blend and the controls, while the photo is in memory.
    private void Complete(RgbImage photo, StyleResult result, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        var others = new List<StyleResult>();
        try
        {
            foreach (var (_, stylizer) in Stylizers.All.Skip(1)) others.Add(stylizer.Stylize(ImageSource.FromImage(photo, result.Image), cancellation));
            RgbImage[] styled = [result.Stylized, .. others.Select(o => o.Stylized)];
            if (Sheet is not null) Gather(photo, result.Image, styled);
            if (styled.Length > 1)
            {
                using var mixed = StyleBlend.Mix(styled, Weights);
                mixed.Pixels.CopyTo(result.Stylized.Pixels);
            }
        }
        finally
        {
            others.ForEach(o => o.Dispose());
        }
        Controls.ApplyInPlace(result.Stylized, photo);
        _milliseconds.GetOrCreateValue(result).Value = result.Milliseconds + Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }

    private void Gather(RgbImage photo, string image, RgbImage[] styled)
    {
        for (var i = 0; i < styled.Length; i++)
        {
            using var controlled = styled[i].Clone();
            Controls.ApplyInPlace(controlled, photo);
            Sheet!.Add(image, i, controlled);
        }
        Sheet!.AddPhoto(image, photo);
    }
}
