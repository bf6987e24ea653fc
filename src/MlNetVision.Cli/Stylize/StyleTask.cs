using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Cli.Stylize;

/// <summary>Stylises images with one model or several that are blended; the caller disposes the parts.</summary>
/// <param name="stylizers">The models.</param>
internal sealed class StyleTask(StylizerSet stylizers) : ImageTask<StyleResult>(stylizers.All[0].Stylizer)
{
    private readonly ConditionalWeakTable<StyleResult, StrongBox<double>> _milliseconds = [];

    /// <summary>How much of each is blended.</summary>
    public required IReadOnlyList<float> Weights { get; init; }

    public required StyleControls Controls { get; init; }

    /// <summary>Where each style of each image is collected; null: nowhere.</summary>
    public StyleSheet? Sheet { get; init; }

    public required StyleFormat Format { get; init; }

    public override IEnumerable<OnnxModel> Models =>
        stylizers.All.Select(s => s.Stylizer.Model).Concat(Controls.Segmenter is { } segmenter ? [segmenter.Model] : []);

    public override IReadOnlyList<ImageOutput<StyleResult>> Outputs =>
        [new("", Format.Extension, (_, result, path) => result.Stylized.Save(path, Format.Quality))];

    public override IAsyncEnumerable<Outcome<StyleResult>> RunAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, StyleResult>? then, CancellationToken cancellationToken)
    {
        return base.RunAsync(images, Finish, cancellationToken);

        void Finish(RgbImage photo, StyleResult result)
        {
            Complete(photo, result, cancellationToken);
            then?.Invoke(photo, result);
        }
    }

    public override RgbImage Load(Stream input, string name) => RgbImage.LoadSrgb(input, name, Limits);

    public override string ImageOf(StyleResult result) => result.Image;

    public override object ToJson(StyleResult result, IReadOnlyList<string>? files) =>
        new StyleJson(PortablePath.Of(result.Image), result.Width, result.Height, files?[0]);

    public override string Describe(StyleResult result) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{result.Image}: {result.Width}×{result.Height} in {_milliseconds.GetOrCreateValue(result).Value:0} ms");

    public override void Done(StyleResult result) => result.Dispose();

    // The other styles, the blend and the controls, while the photo is in memory.
    private void Complete(RgbImage photo, StyleResult result, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.GetTimestamp();
        var others = new List<StyleResult>();
        try
        {
            foreach (var (_, stylizer) in stylizers.All.Skip(1))
                others.Add(stylizer.Stylize(ImageSource.FromImage(photo, result.Image), cancellationToken));
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

/// <summary>The line of JSON of one stylised image; without a folder to write to it has no output.</summary>
internal sealed record StyleJson(string Image, int Width, int Height, string? Output);

/// <summary>A sheet of all styles by all inputs: one row per photo, one column per style; several threads may add at once.</summary>
internal sealed class StyleSheet : IDisposable
{
    private readonly ContactSheet _sheet;
    private readonly IReadOnlyList<ImageInput> _inputs;
    private readonly IReadOnlyList<string> _styles;
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly bool[] _drawn;

    /// <exception cref="ArgumentException">There are more images than a sheet has room for.</exception>
    public StyleSheet(IReadOnlyList<ImageInput> inputs, IReadOnlyList<string> styles)
    {
        (_inputs, _styles, _drawn) = (inputs, styles, new bool[inputs.Count]);
        for (var i = 0; i < inputs.Count; i++) _rows[inputs[i].Path] = i;
        _sheet = new ContactSheet(inputs.Count * (styles.Count + 1), new ContactSheetOptions { Columns = styles.Count + 1 });
    }

    /// <summary>Draws a photo at the start of its row.</summary>
    public void AddPhoto(string image, RgbImage photo)
    {
        _sheet.Add(_rows[image] * (_styles.Count + 1), photo, _inputs[_rows[image]].RelativeName);
        _drawn[_rows[image]] = true;
    }

    /// <summary>Draws a photo in one of the styles.</summary>
    public void Add(string image, int style, RgbImage styled) => _sheet.Add(_rows[image] * (_styles.Count + 1) + 1 + style, styled, _styles[style]);

    /// <summary>Marks what is missing and writes the sheet.</summary>
    public void Save(string path)
    {
        // Rows are drawn whole or not at all, so that the first free cell is the row's own.
        for (var i = 0; i < _drawn.Length; i++)
            for (var c = 0; c <= _styles.Count && !_drawn[i]; c++) _sheet.AddMissing(_inputs[i].RelativeName);
        _sheet.Save(path);
    }

    public void Dispose() => _sheet.Dispose();
}
