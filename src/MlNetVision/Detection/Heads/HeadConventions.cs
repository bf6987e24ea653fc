using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>What is usual for a family of networks: it holds where neither the model's metadata nor the user says otherwise.</summary>
public sealed record HeadConventions
{
    /// <summary>Those of Darknet's networks, and of heads that state none.</summary>
    public static HeadConventions Darknet { get; } = new();

    /// <summary>
    /// Those of Ultralytics' networks and their relatives: RGB of 0 to 1, centred letterbox on grey 114, OpenCV's bilinear (Ultralytics,
    /// <c>data/augment.py</c>, LetterBox); each box has its best class only (<c>utils/nms.py</c>, <c>multi_label=False</c>).
    /// </summary>
    public static HeadConventions Ultralytics { get; } = new()
    {
        Preprocess = PixelNormalization.Unit.Name, Resampler = Resampler.HalfPixelBilinear, PadColor = new(114, 114, 114),
        Rounding = LetterboxRounding.Nearest, BestClassOnly = true, Stride = 32,
    };

    /// <summary>The input normalisation; null: not known. Default: null.</summary>
    public string? Preprocess { get; init; }

    /// <summary>How an image is fitted into the input. Default: letterbox.</summary>
    public ResizeMode Resize { get; init; } = ResizeMode.Letterbox;

    /// <summary>The resampler. Default: Darknet's.</summary>
    public Resampler Resampler { get; init; } = Resampler.Bilinear;

    /// <summary>The colour beside a letterboxed image. Default: Darknet's grey.</summary>
    public RgbColor PadColor { get; init; } = RgbColor.DarknetGrey;

    /// <summary>How a letterboxed image's shorter length is rounded. Default: down.</summary>
    public LetterboxRounding Rounding { get; init; } = LetterboxRounding.Down;

    /// <summary>Where a letterboxed image stands. Default: in the middle.</summary>
    public LetterboxPosition Position { get; init; } = LetterboxPosition.Center;

    /// <summary>The number that sides of a free input must be multiples of. Default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Whether a network of free size takes each image at its own size, padded to the stride. Default: false.</summary>
    public bool TakesOwnSize { get; init; }

    /// <summary>The confidence threshold. Default: 0.25.</summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>The IoU threshold of suppression. Default: 0.45.</summary>
    public float IoU { get; init; } = 0.45f;

    /// <summary>Whether the network suppresses overlapping boxes itself. Default: false.</summary>
    public bool SuppressesItself { get; init; }

    /// <summary>Whether a box has its best class only. Default: false.</summary>
    public bool BestClassOnly { get; init; }

    /// <summary>The names of the classes, of families that have always the same. Default: null.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The resize for an input of a size.</summary>
    internal ResizeOptions ResizeTo(int width, int height) => new()
    {
        Width = width, Height = height, Mode = Resize, Resampler = Resampler, PadColor = PadColor, Rounding = Rounding, Position = Position,
        Enlarge = !TakesOwnSize,
    };

    /// <summary>The options of a family's networks.</summary>
    internal DetectionOptions Options => new() { Confidence = Confidence, Suppression = new() { IoU = IoU } };
}
