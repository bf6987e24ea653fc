using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Onnx;

namespace MlNetVision.Cli.ModelOptions;

/// <summary>A size in pixels as the command line gives it, <c>WIDTHxHEIGHT</c> or one side of a square, for networks whose images may have any.</summary>
internal sealed record InputSize(int Width, int Height)
{
    private const int ImageRank = 4;
    private const int MostChannels = 4;

    /// <summary>The option for a network that runs all images at one size.</summary>
    public static Option<string?> CreateOption() => new("--size")
    {
        Description = "The size of the input, of networks that take any: 512, or 640x384 (width by height). [default: as the model says]",
        HelpName = "SIZE",
    };

    /// <summary>What the user gave for it; null: nothing.</summary>
    /// <exception cref="UsageException">It is no size.</exception>
    public static (int Width, int Height)? Read(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text && Parse(option.Name, text) is var size ? (size.Width, size.Height) : null;

    /// <exception cref="UsageException">It is no size.</exception>
    public static InputSize Parse(string option, string text)
    {
        var parts = text.Split('x', 'X', '×');
        if (parts.Length == 1 && Read(text) is { } side) return new InputSize(side, side);
        return parts.Length == 2 && Read(parts[0]) is { } width && Read(parts[1]) is { } height
            ? new InputSize(width, height)
            : throw new UsageException($"{option} '{text}': expected WIDTHxHEIGHT in pixels, such as 640x480, or one side of a square.");
    }

    /// <summary>Shapes of the model's image inputs, channels first or last as the model has them.</summary>
    /// <exception cref="UsageException">The model has no image input.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> ShapesFor(OnnxModel model)
    {
        var images = model.Inputs.Where(i => i.Shape is { Count: ImageRank }).ToDictionary(i => i.Name, i => Fill(i.Shape), StringComparer.Ordinal);
        return images.Count > 0 ? images : throw new UsageException($"{model.Name}: has no image input, which --size is for.");
    }

    private IReadOnlyList<long> Fill(IReadOnlyList<long?> shape)
    {
        var batch = shape[0] ?? 1;
        var last = shape[^1] is <= MostChannels && shape[1] is not <= MostChannels;
        return last ? [batch, Height, Width, shape[^1]!.Value] : [batch, shape[1] ?? 3, Height, Width];
    }

    private static int? Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
