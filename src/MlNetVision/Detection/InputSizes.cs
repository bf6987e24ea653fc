using System.Collections.Concurrent;
using System.Globalization;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>How the size of a free input follows from an image.</summary>
/// <param name="Stride">The number that both sides are multiples of.</param>
/// <param name="Width">The largest width in pixels.</param>
/// <param name="Height">The largest height in pixels.</param>
/// <param name="KeepsOwn">Whether an image that fits keeps its own size; else it is scaled to the largest.</param>
internal sealed record InputSizes(int Stride, int Width, int Height, bool KeepsOwn)
{
    /// <summary>The side that a network of free size is looked at with, where nothing states one.</summary>
    public const int Probe = 640;

    /// <summary>The longest side of an image that keeps its own size: memory grows with its square.</summary>
    private const int Largest = 2048;

    private const int LargestStride = 1024;

    /// <summary>The rule of a network; null where its input has one size.</summary>
    /// <param name="free">The network as the file has it.</param>
    /// <param name="settings">The settings, whose resize has the size that holds else.</param>
    /// <param name="options">The user's options.</param>
    /// <exception cref="BadModelException">The size is free, and nothing states one; or the metadata's stride is none.</exception>
    /// <exception cref="ArgumentException">The asked size is not a multiple of the stride, or the input is not free.</exception>
    public static InputSizes? Of(OnnxModel free, DetectionSettings settings, ObjectDetectorOptions options)
    {
        var (height, width) = Declared(free);
        if (height is not null && width is not null)
        {
            return !options.FitsSize ? null : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{free.Name} takes images of {width}×{height} pixels only, so that no size can be fitted to an image; export it with a free size (Ultralytics: dynamic=True)."));
        }
        var usual = settings.Heads[0].Conventions;
        if (options.Size is { } asked) CheckSize(free, asked, StrideOf(free, usual));
        if (usual.TakesOwnSize && options.Size is null && free.GetImageSize() is null)
            return new(StrideOf(free, usual), Largest, Largest, KeepsOwn: true);
        if (options.Size is null && free.GetImageSize() is null)
        {
            throw new BadModelException(
                $"{free.Name}: the input '{free.Inputs[0].Name}' has the free shape {OnnxValue.ShapeText(free.Inputs[0].Shape)}, and the metadata "
                + $"'{VisionMetadata.ImageSizeKey}' ([height, width]) is missing; "
                + (options.FitsSize ? "without it no size can be fitted to an image (--size auto, FitsSize); give one size for all (--size 640, Size)."
                    : "give the size (--size 640, Size)."));
        }
        return options.FitsSize ? new(StrideOf(free, usual), settings.Resize.Width, settings.Resize.Height, KeepsOwn: false) : null;
    }

    /// <summary>The size for an image.</summary>
    public (int Width, int Height) For(int imageWidth, int imageHeight)
    {
        var scale = Math.Min((double)Width / imageWidth, (double)Height / imageHeight);
        if (KeepsOwn) scale = Math.Min(1, scale);
        return (Multiple(imageWidth * scale, Width), Multiple(imageHeight * scale, Height));
    }

    private int Multiple(double length, int most) =>
        Math.Min((int)((Math.Max(1, (long)Math.Round(length)) + Stride - 1) / Stride * Stride), Math.Max(Stride, most / Stride * Stride));

    private static int StrideOf(OnnxModel model, HeadConventions usual)
    {
        if (model.Metadata[VisionMetadata.StrideKey] is not { } text) return usual.Stride;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated is > 0 and <= LargestStride
            ? stated
            : throw new BadModelException(string.Create(CultureInfo.InvariantCulture,
                $"{model.Name}: the metadata '{VisionMetadata.StrideKey}' is '{text}'; expected a whole number from 1 to {LargestStride}."));
    }

    private static void CheckSize(OnnxModel model, (int Width, int Height) asked, int stride)
    {
        if (asked.Width % stride == 0 && asked.Height % stride == 0) return;
        int Near(int length) => Math.Max(stride, (length + stride / 2) / stride * stride);
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"{model.Name} takes sides that are multiples of {stride}, not {asked.Width}×{asked.Height}; near is {Near(asked.Width)}×{Near(asked.Height)}."));
    }

    private static (long? Height, long? Width) Declared(OnnxModel model)
    {
        var shape = model.Inputs[0].Shape;
        if (shape.Count != 4) return (0, 0);
        return InputShape.Layout(shape, orGrey: true) == PixelLayout.Nhwc ? (shape[1], shape[2]) : (shape[2], shape[3]);
    }
}

/// <summary>The parsers of a network's outputs, one for each size of its input. Thread-safe.</summary>
internal sealed class SizedParsers(DetectionSettings settings)
{
    private readonly DetectionParser _first = settings.CreateParser();
    private readonly ConcurrentDictionary<(int NetworkWidth, int NetworkHeight), DetectionParser> _others = new();

    /// <summary>The parser for the input of an image.</summary>
    public DetectionParser For(in ImageGeometry geometry) =>
        (geometry.NetworkWidth, geometry.NetworkHeight) is var size && size == (settings.Resize.Width, settings.Resize.Height)
            ? _first
            : _others.GetOrAdd(size, s => new DetectionParser(settings.Heads, settings.Labels, s.NetworkWidth, s.NetworkHeight) { HasFound = _first.HasFound });
}
