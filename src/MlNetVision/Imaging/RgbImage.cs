using System.Runtime.InteropServices;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>
/// An upright image in memory: 8-bit red, green, blue and alpha per pixel, alpha always 255, rows from the top and tightly
/// packed (4 · width bytes each). Values are those of the file: no colour profile is applied, as in OpenCV and Darknet.
/// </summary>
/// <remarks>
/// The pixels lie in native memory that only this object owns; the creator of the image disposes it. Several threads may
/// read it at once. A span from <see cref="Pixels"/> must not outlive the image.
/// </remarks>
public sealed partial class RgbImage : IDisposable
{
    private readonly long _bytes;
    private SKBitmap? _bitmap;

    /// <summary>Makes an image with every pixel transparent black (0, 0, 0, 0); fill it, and keep alpha at 255.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the pixels take more than 2 GiB.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    public RgbImage(int width, int height) : this(width, height, SKBitmapAllocFlags.ZeroPixels) { }

    private RgbImage(int width, int height, SKBitmapAllocFlags flags)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _bytes = (long)width * height * 4;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_bytes, int.MaxValue, $"{width}×{height}×4 bytes");
        var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), flags))
        {
            bitmap.Dispose();
            GC.SuppressFinalize(this);
            throw new InsufficientMemoryException($"There is not enough memory for an image of {width}×{height} pixels ({_bytes} bytes).");
        }
        _bitmap = bitmap;
        Width = width;
        Height = height;
        ImageMemory.Add(_bytes);
    }

    /// <summary>The bitmap's own finalizer frees the pixels; this one only updates the count.</summary>
    ~RgbImage()
    {
        if (_bitmap is not null) ImageMemory.Remove(_bytes);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels as red, green, blue, alpha, row after row from the top: 4 · width · height bytes.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public unsafe Span<byte> Pixels => new((void*)Bitmap.GetPixels(), (int)_bytes);

    /// <summary>The owned bitmap, for drawing on: RGBA 8888, opaque, no colour space.</summary>
    internal SKBitmap Bitmap => _bitmap ?? throw new ObjectDisposedException(nameof(RgbImage));

    /// <summary>The pixels as one value each, row after row from the top: red in the lowest byte, then green, blue, alpha.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public Span<uint> Words => MemoryMarshal.Cast<byte, uint>(Pixels);

    /// <summary>Makes an image with uninitialised pixels.</summary>
    internal static RgbImage Uninitialized(int width, int height) => new(width, height, SKBitmapAllocFlags.None);

    /// <summary>Makes an equal image with memory of its own.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public RgbImage Clone()
    {
        var pixels = Pixels;
        var copy = Uninitialized(Width, Height);
        pixels.CopyTo(copy.Pixels);
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Frees the pixels at once; further calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bitmap, null) is not { } bitmap) return;
        bitmap.Dispose();
        ImageMemory.Remove(_bytes);
        GC.SuppressFinalize(this);
    }
}
