using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlNetVision.Cli.Commands;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Style;
using Spectre.Console;

namespace MlNetVision.Cli.Pictures;

/// <summary>Stylises pictures, by one network or several that are blended; the caller disposes the parts.</summary>
internal sealed class StyleTask : PictureTask<StyleResult>
{
    private readonly ConditionalWeakTable<StyleResult, StrongBox<double>> _milliseconds = [];

    public required StylizerSet Stylizers { get; init; }

    /// <summary>How much of each is blended.</summary>
    public required IReadOnlyList<float> Weights { get; init; }

    public required StyleControls Controls { get; init; }

    /// <summary>Where each style of each picture is gathered; null: nowhere.</summary>
    public StyleSheet? Sheet { get; init; }

    /// <summary>The extension of files with its dot, and their quality.</summary>
    public required (string Extension, int Quality) Format { get; init; }

    public override PictureLimits? Limits => PictureLimits;

    /// <summary>What a picture on standard input may ask for; null: the default.</summary>
    public PictureLimits? PictureLimits { get; init; }

    public override IReadOnlyList<PictureOutput<StyleResult>> Outputs => [new("", Format.Extension, (_, result, path) => result.Picture.Save(path, Format.Quality))];

    public override async IAsyncEnumerable<(string Path, StyleResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, Picture, StyleResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var outcome in Stylizers.All[0].Stylizer.StylizeManyAsync(paths, Finish, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);

        void Finish(Picture photo, StyleResult result)
        {
            Complete(photo, result, cancellation);
            then?.Invoke(result.Image, photo, result);
        }
    }

    public override Picture Load(Stream input, string name) => Picture.LoadSrgb(input, name, Limits);

    public override StyleResult Run(Picture picture, string name, CancellationToken cancellation)
    {
        var result = Stylizers.All[0].Stylizer.Stylize(picture, name, cancellation);
        Complete(picture, result, cancellation);
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
    private void Complete(Picture photo, StyleResult result, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        var others = new List<StyleResult>();
        try
        {
            foreach (var (_, stylizer) in Stylizers.All.Skip(1)) others.Add(stylizer.Stylize(photo, result.Image, cancellation));
            Picture[] styled = [result.Picture, .. others.Select(o => o.Picture)];
            if (Sheet is not null) Gather(photo, result.Image, styled);
            if (styled.Length > 1)
            {
                using var mixed = StyleBlend.Mix(styled, Weights);
                mixed.Pixels.CopyTo(result.Picture.Pixels);
            }
        }
        finally
        {
            others.ForEach(o => o.Dispose());
        }
        Controls.ApplyInPlace(result.Picture, photo);
        _milliseconds.GetOrCreateValue(result).Value = result.Milliseconds + Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }

    private void Gather(Picture photo, string image, Picture[] styled)
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
