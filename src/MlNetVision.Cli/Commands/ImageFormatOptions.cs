using System.CommandLine;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Commands;

/// <summary><c>--format</c> and <c>--quality</c> of the images that are written.</summary>
internal sealed class ImageFormatOptions
{
    private const int DefaultQuality = 90;

    private readonly Option<string?> _format = new("--format") { Description = "The format of the images that are written. [default: png]" };
    private readonly Option<int?> _quality = NumberOption.Create("--quality", $"The quality of jpg and webp: 1 (smallest) to 100. [default: {DefaultQuality}]", "NUMBER", 1, 100);

    public ImageFormatOptions() => _format.AcceptOnlyFromAmong("png", "jpg", "webp");

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_quality);
    }

    /// <summary>The extension with its dot, and the quality.</summary>
    /// <exception cref="UsageException">A quality is given for a format that has none.</exception>
    public (string Extension, int Quality) Read(ParseResult parsed)
    {
        var format = parsed.GetValue(_format) ?? "png";
        if (format == "png" && parsed.GetValue(_quality) is not null) throw new UsageException($"{_quality.Name} was given, but PNG loses nothing; {_format.Name} jpg or webp has a quality.");
        return ($".{format}", parsed.GetValue(_quality) ?? DefaultQuality);
    }
}
