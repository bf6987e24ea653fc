using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Cli.Stylize;

/// <summary>The format of stylised images.</summary>
/// <param name="Extension">The extension with its dot.</param>
/// <param name="Quality">1 (smallest) to 100, for formats that have one.</param>
internal sealed record StyleFormat(string Extension, int Quality);

/// <summary>The options that both ways to stylise take: weights of styles, controls, format of the output.</summary>
internal sealed class StyleOptions
{
    private const int DefaultQuality = 90;
    private const float LargestWeight = 1e30f; // the sum of many stays finite

    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "The weights of several models, or paintings, that are blended, separated by commas. [default: equal]",
        HelpName = "NUMBERS",
    };

    private readonly Option<string?> _preprocess = PreprocessOption.Create(
        "It is undone in the output. [default: as the model says, else raw-bgr where it subtracts Caffe's means itself, else raw]");

    private readonly Option<double?> _megapixels = ImageLimitOption.Create();
    private readonly Option<DeviceList?> _device = DeviceOption.Create();
    private readonly Option<int?> _threads = NumberOption.Threads();
    private readonly Option<string?> _format = ChoiceOption.Create(
        "--format", "The format of the images that are written. [default: png]", "png", "jpg", "webp");

    private readonly Option<int?> _quality = NumberOption.Create(
        "--quality", $"The quality of jpg and webp: 1 (smallest) to 100. [default: {DefaultQuality}]", "NUMBER", 1, 100);

    public StyleControlOptions Controls { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _weights, _preprocess, _megapixels, _device, _threads }) command.Add(option);
        Controls.AddTo(command);
        command.Add(_format);
        command.Add(_quality);
    }

    /// <summary>Adds the files that are read.</summary>
    public UsedFiles AddFiles(ParseResult parsed, UsedFiles used) => Controls.AddFiles(parsed, used);

    /// <summary>How large an image may be; null: the default.</summary>
    public ImageLimits? Limits(ParseResult parsed) => ImageLimitOption.Read(parsed, _megapixels);

    /// <summary>The input normalisation that was asked for, or null.</summary>
    public string? Preprocess(ParseResult parsed) => parsed.GetValue(_preprocess);

    /// <summary>The devices that were asked for, or null.</summary>
    public DeviceList? Device(ParseResult parsed) => parsed.GetValue(_device);

    /// <summary>The number of threads; 0: one per processor.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? 0;

    /// <summary>A weight for each of the styles that are blended.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option that names the styles.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="UsageException">They are not numbers, or not one for each style.</exception>
    public IReadOnlyList<float> ReadWeights(ParseResult parsed, string option, int count)
    {
        if (parsed.GetValue(_weights) is not { } text) return [.. Enumerable.Repeat(1f, count)];
        return NumberOption.ReadList(text) is { } weights && weights.Count == count
            && weights.TrueForAll(w => w is >= 0 and <= LargestWeight) && weights.Sum() > 0
            ? weights
            : throw new UsageException(
                $"{_weights.Name} '{text}': expected {count} numbers from 0 to 1e30, not all of them 0, one for each {option}, separated by commas.");
    }

    /// <exception cref="UsageException">A quality is given for a format that has none.</exception>
    public StyleFormat ReadFormat(ParseResult parsed)
    {
        var format = parsed.GetValue(_format) ?? "png";
        if (format == "png" && parsed.GetValue(_quality) is not null)
            throw new UsageException($"{_quality.Name} was given, but PNG is lossless; {_format.Name} jpg or webp has a quality.");
        return new StyleFormat($".{format}", parsed.GetValue(_quality) ?? DefaultQuality);
    }
}
