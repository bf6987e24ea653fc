namespace MlNetVision.Imaging;

/// <summary>The size to resize an image to, and how.</summary>
public sealed record ResizeOptions
{
    /// <summary>The largest width and height: 32,768.</summary>
    public const int MaxLength = 32_768;

    /// <summary>The width to reach, in pixels (1–32,768).</summary>
    public required int Width { get; init; }

    /// <summary>The height to reach, in pixels (1–32,768).</summary>
    public required int Height { get; init; }

    /// <summary>What happens where the shapes differ. Default: letterbox.</summary>
    public ResizeMode Mode { get; init; } = ResizeMode.Letterbox;

    /// <summary>The resampler. Default: Darknet's bilinear.</summary>
    public Resampler Resampler { get; init; } = Resampler.Bilinear;

    /// <summary>The colour beside a letterboxed image. Default: Darknet's grey.</summary>
    public RgbColor PadColor { get; init; } = RgbColor.DarknetGrey;

    /// <summary>The border of a letterboxed image. Default: <see cref="PadColor"/>.</summary>
    public BorderMode Border { get; init; } = BorderMode.Color;

    /// <summary>How a letterboxed image's shorter length is rounded to whole pixels. Default: down, as Darknet.</summary>
    public LetterboxRounding Rounding { get; init; } = LetterboxRounding.Down;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A length is outside 1–32,768, or the mode, resampler or border is not one of the enumeration.</exception>
    public void Check()
    {
        if (Width is < 1 or > MaxLength || Height is < 1 or > MaxLength)
            throw new ArgumentException($"The size to resize to is {Width}×{Height}; each length must be between 1 and {MaxLength}.");
        if (!Enum.IsDefined(Mode)) throw new ArgumentException($"Resize mode {(int)Mode} is unknown; there are {string.Join(", ", Enum.GetNames<ResizeMode>())}.");
        if (!Enum.IsDefined(Resampler)) throw new ArgumentException($"Resampler {(int)Resampler} is unknown; there are {string.Join(", ", Enum.GetNames<Resampler>())}.");
        if (!Enum.IsDefined(Border)) throw new ArgumentException($"Border {(int)Border} is unknown; there are {string.Join(", ", Enum.GetNames<BorderMode>())}.");
    }
}
